"""Simulated experiments without an effect: false positives come at their nominal rate."""

import numpy as np
import pytest

from results.statistics import Cuped, Difference, Method, MetricKind, StatsConfig, Sums, compare

TRIALS, UNITS = 1_000, 400
# Three standard errors of a rate of 5 % in so many trials.
NOISE = 3 * (0.05 * 0.95 / TRIALS) ** 0.5
RELATIVE = StatsConfig(Method.FREQUENTIST)
ABSOLUTE = StatsConfig(Method.FREQUENTIST, difference=Difference.ABSOLUTE)


@pytest.fixture
def chance():
    return np.random.default_rng(20261129)


def mean_arms(chance):
    x = chance.gamma(2, 1.5, (TRIALS, UNITS))
    return [Sums(UNITS, *row) for row in zip(x.sum(1), (x * x).sum(1), strict=True)]


def proportion_arms(chance):
    return [Sums(UNITS, x, x) for x in chance.binomial(UNITS, 0.2, TRIALS)]


def ratio_arms(chance):
    d = 1 + chance.poisson(2, (TRIALS, UNITS))
    x = d * chance.gamma(2, 1.5, (TRIALS, UNITS))
    columns = (x, x * x, d, d * d, x * d)
    return [Sums(UNITS, *row) for row in zip(*(c.sum(1) for c in columns), strict=True)]


def retention_arms(chance):
    return [Sums(UNITS, x, x, UNITS, UNITS, x) for x in chance.binomial(UNITS, 0.2, TRIALS)]


def covariate_arms(chance):
    c = chance.gamma(4, 2.5, (TRIALS, UNITS))
    x = 0.8 * c + chance.gamma(2, 1.5, (TRIALS, UNITS))
    columns = (x, x * x)
    covariates = (c, c * c, x * c)
    rows = zip(*(each.sum(1) for each in (*columns, *covariates)), strict=True)
    return [Sums(UNITS, row[0], row[1], c=row[2], cc=row[3], xc=row[4]) for row in rows]


KINDS = {
    "mean": (mean_arms, MetricKind.MEAN, RELATIVE),
    "mean_absolute": (mean_arms, MetricKind.MEAN, ABSOLUTE),
    "funnel": (proportion_arms, MetricKind.FUNNEL, RELATIVE),
    "ratio": (ratio_arms, MetricKind.RATIO, RELATIVE),
    "retention": (retention_arms, MetricKind.RETENTION, RELATIVE),
    "cuped": (covariate_arms, MetricKind.MEAN, StatsConfig(Method.FREQUENTIST, cuped=Cuped(True))),
}


def rejected(arms, kind, config, chance):
    pairs = zip(arms(chance), arms(chance), strict=True)
    found = [compare(*pair, kind, config).evidence for pair in pairs]
    return sum(not low < 0 < high for low, high in (evidence.interval for evidence in found))


@pytest.mark.parametrize("name", KINDS)
def test_a_a__fixed_horizon__five_percent(chance, name):
    arms, kind, config = KINDS[name]

    assert rejected(arms, kind, config, chance) / TRIALS == pytest.approx(0.05, abs=NOISE)


@pytest.mark.parametrize("name", ["mean", "funnel", "ratio", "retention"])
def test_a_a__bayesian_interval__leaves_out_zero_in_five_percent(chance, name):
    arms, kind, _config = KINDS[name]

    rate = rejected(arms, kind, StatsConfig(), chance) / TRIALS

    assert rate == pytest.approx(0.05, abs=NOISE)


def test_a_a__hosted_cuped_intervals__too_narrow(chance):
    config = StatsConfig(Method.FREQUENTIST, cuped=Cuped(True), has_hosted_cuped_intervals=True)

    assert rejected(covariate_arms, MetricKind.MEAN, config, chance) / TRIALS > 0.1


def test_peeking__sequential__fewer_than_alpha_and_fixed_horizon_many_more(chance):
    looks, trials = range(200, 6_001, 200), 200
    sequential = StatsConfig(Method.FREQUENTIST, difference=Difference.ABSOLUTE, tuning=5_000)
    fooled = {"sequential": 0, "fixed": 0}
    for _ in range(trials):
        x = chance.normal(1, 1, (2, max(looks)))
        sums, squares = x.cumsum(1), (x * x).cumsum(1)
        for name, config in (("sequential", sequential), ("fixed", ABSOLUTE)):
            fooled[name] += any(
                compare(
                    *(Sums(n, sums[arm][n - 1], squares[arm][n - 1]) for arm in (0, 1)),
                    MetricKind.MEAN,
                    config,
                ).evidence.is_significant
                for n in looks
            )

    assert fooled["sequential"] / trials <= 0.05
    assert fooled["fixed"] / trials > 0.2
