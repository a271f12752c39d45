"""Sums lose nothing: the same numbers follow from the values of all people, by numpy and scipy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from results.statistics import Cuped, Difference, Method, MetricKind, StatsConfig, Sums, compare
from results.statistics.arms import covariate_coefficient, ratio_arm

ABSOLUTE = StatsConfig(Method.FREQUENTIST, difference=Difference.ABSOLUTE)
RELATIVE = StatsConfig(Method.FREQUENTIST)
RESAMPLES = 2_000
seeds = st.integers(0, 2**32 - 1)


def people(seed, *, is_binary=False):
    """Return values, denominators and covariates of two random arms."""
    chance = np.random.default_rng(seed)
    arms = []
    for _ in range(2):
        size = chance.integers(60, 1_500)
        c = chance.gamma(chance.uniform(1, 5), 2, size)
        x = chance.uniform(-1, 1) * c + chance.gamma(2, 3, size) + 5
        if is_binary:
            c = (chance.random(size) < 0.4).astype(float)
            x = (chance.random(size) < 0.3 + 0.3 * c).astype(float)
        arms.append((x, 1.0 + chance.poisson(2, size), c))
    return arms


def sums(x, d, c):
    products = (x.sum(), x @ x, d.sum(), d @ d, x @ d, c.sum(), c @ c, x @ c)
    return Sums(len(x), *map(float, products))


def welch(control, test):
    expected = stats.ttest_ind(test, control, equal_var=False)
    return expected.pvalue, tuple(expected.confidence_interval())


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_cuped__any_people__welch_of_the_residuals(seed):
    arms = people(seed)
    x, c = (np.concatenate([arm[index] for arm in arms]) for index in (0, 2))
    theta = np.polyfit(c, x, 1)[0]
    config = StatsConfig(Method.FREQUENTIST, difference=Difference.ABSOLUTE, cuped=Cuped(True))

    found = compare(*(sums(*arm) for arm in arms), MetricKind.MEAN, config).evidence
    p_value, interval = welch(*(x - theta * c for x, _d, c in arms))

    assert covariate_coefficient(*(sums(*arm) for arm in arms)) == pytest.approx(theta, abs=1e-8)
    assert found.p_value == pytest.approx(p_value, abs=1e-8)
    assert found.interval == pytest.approx(interval, rel=1e-6, abs=1e-9)


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_ratio__any_people__welch_of_linearised_values(seed):
    arms = people(seed)
    # The delta method is the variance of (x - R d) / mean of d, person by person.
    linear = [x.sum() / d.sum() + (x - x.sum() / d.sum() * d) / d.mean() for x, d, _c in arms]

    found = compare(*(sums(*arm) for arm in arms), MetricKind.RATIO, ABSOLUTE).evidence
    p_value, interval = welch(*linear)

    assert ratio_arm(sums(*arms[0])).variance == pytest.approx(np.var(linear[0], ddof=1))
    assert found.p_value == pytest.approx(p_value, abs=1e-8)
    assert found.interval == pytest.approx(interval, rel=1e-6, abs=1e-9)


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_retention__any_people__welch_of_zeros_and_ones(seed):
    arms = [(x, np.ones(len(x)), c) for x, _d, c in people(seed, is_binary=True)]

    found = compare(*(sums(*arm) for arm in arms), MetricKind.RETENTION, ABSOLUTE).evidence
    p_value, interval = welch(*(x for x, _d, _c in arms))

    assert found.p_value == pytest.approx(p_value, abs=1e-8)
    assert found.interval == pytest.approx(interval, rel=1e-6, abs=1e-9)


RELATIVE_CASES = {
    "mean": (MetricKind.MEAN, RELATIVE, False),
    "funnel": (MetricKind.FUNNEL, RELATIVE, True),
    "ratio": (MetricKind.RATIO, RELATIVE, False),
    "cuped": (MetricKind.MEAN, StatsConfig(Method.FREQUENTIST, cuped=Cuped(True)), False),
    "cuped_funnel": (MetricKind.FUNNEL, StatsConfig(Method.FREQUENTIST, cuped=Cuped(True)), True),
}


def resampled(arms, estimate):
    """Return the standard deviation of an estimate under the bootstrap (Efron, 1979)."""
    chance = np.random.default_rng(1)
    found = []
    for _ in range(RESAMPLES):
        picked = [chance.integers(0, len(arm[0]), len(arm[0])) for arm in arms]
        parts = [[v[at] for v in arm] for arm, at in zip(arms, picked, strict=True)]
        found.append(estimate(*parts))
    return np.std(found)


@pytest.mark.parametrize("name", RELATIVE_CASES)
def test_relative_difference__people__deviation_as_by_the_bootstrap(name):
    kind, config, is_binary = RELATIVE_CASES[name]
    arms = people(3, is_binary=is_binary)
    theta = covariate_coefficient(*(sums(*arm) for arm in arms)) if config.cuped.enabled else 0

    def estimate(control, test):
        if kind is MetricKind.RATIO:
            return (test[0].sum() / test[1].sum()) / (control[0].sum() / control[1].sum()) - 1
        adjusted = [x.mean() - theta * c.mean() for x, _d, c in (control, test)]
        return (adjusted[1] - adjusted[0]) / control[0].mean()

    effect = compare(*(sums(*arm) for arm in arms), kind, config).effect

    # The delta method is of first order, and the bootstrap has noise of its own.
    assert effect.deviation == pytest.approx(resampled(arms, estimate), rel=0.08)
