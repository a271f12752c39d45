"""Simulated experiments without an effect: false positives come at their nominal rate."""

from dataclasses import replace

import numpy as np
import pytest

from results.statistics import Difference, Method, MetricKind, StatsConfig, compare
from tests.results.statistics.populations import POPULATIONS, covariates, sums_at

TRIALS, UNITS = 2_000, 400
# Three standard errors of a rate of 5 % in so many trials.
NOISE = 3 * (0.05 * 0.95 / TRIALS) ** 0.5
FIXED = StatsConfig(Method.FREQUENTIST)
every_population = pytest.mark.parametrize("name", POPULATIONS)
every_difference = pytest.mark.parametrize("difference", Difference)


@pytest.fixture
def chance():
    return np.random.default_rng(20261129)


def compared(chance, name, config):
    """Return the evidence of each simulated experiment."""
    population, kind, cuped = POPULATIONS[name]
    arms = [sums_at(population(chance, (TRIALS, UNITS)), [UNITS]) for _ in range(2)]
    config = replace(config, cuped=cuped)
    pairs = zip(*arms, strict=True)
    return [compare(control, test, kind, config).evidence for [control], [test] in pairs]


def share_without_zero(found):
    return sum(not low < 0 < high for low, high in (e.interval for e in found)) / len(found)


@every_population
@every_difference
def test_a_a__fixed_horizon__five_percent(chance, name, difference):
    found = compared(chance, name, replace(FIXED, difference=difference))

    assert share_without_zero(found) == pytest.approx(0.05, abs=NOISE)
    assert all(e.is_significant is not (e.interval[0] <= 0 <= e.interval[1]) for e in found)


@every_population
@every_difference
def test_a_a__bayesian__interval_at_five_and_flag_at_ten_percent(chance, name, difference):
    found = compared(chance, name, StatsConfig(difference=difference))

    assert share_without_zero(found) == pytest.approx(0.05, abs=NOISE)
    # The flag is one-sided at 95 %, on both sides.
    flagged = sum(e.is_significant for e in found) / TRIALS
    assert flagged == pytest.approx(0.1, abs=NOISE * 1.5)


def test_a_a__hosted_cuped_intervals__too_narrow(chance):
    config = replace(FIXED, cuped=POPULATIONS["cuped"][2], has_hosted_cuped_intervals=True)
    arms = [sums_at(covariates(chance, (TRIALS, UNITS)), [UNITS]) for _ in range(2)]
    found = [
        compare(control, test, MetricKind.MEAN, config).evidence
        for [control], [test] in zip(*arms, strict=True)
    ]

    assert share_without_zero(found) > 0.1


@every_population
@every_difference
def test_peeking__sequential__fewer_than_alpha_and_fixed_horizon_many_more(
    chance, name, difference
):
    population, kind, cuped = POPULATIONS[name]
    looks, trials = range(150, 3_001, 150), 150
    fixed = replace(FIXED, difference=difference, cuped=cuped)
    arms = [sums_at(population(chance, (trials, max(looks))), looks) for _ in range(2)]

    def share_fooled(config):
        fooled = sum(
            any(
                compare(control, test, kind, config).evidence.is_significant
                for control, test in zip(*pair, strict=True)
            )
            for pair in zip(*arms, strict=True)
        )
        return fooled / trials

    assert share_fooled(replace(fixed, tuning=5_000)) <= 0.05
    assert share_fooled(fixed) > 0.12
