"""Simulated experiments with an effect: intervals, power and guardrails keep their promises."""

from dataclasses import replace

import numpy as np
import pytest

from results.statistics import (
    GuardrailState,
    Method,
    StatsConfig,
    compare,
    detectable_effect,
    guardrail,
    power_at,
    standings,
)
from tests.results.statistics.populations import POPULATIONS, sums_at

TRIALS, UNITS, LIFT = 800, 3_000, 0.15
ENGINES = {
    "bayesian": StatsConfig(),
    "fixed": StatsConfig(Method.FREQUENTIST),
    "sequential": StatsConfig(Method.FREQUENTIST, tuning=1_000),
}
every_population = pytest.mark.parametrize("name", POPULATIONS)
every_engine = pytest.mark.parametrize("engine", ENGINES)


@pytest.fixture
def chance():
    return np.random.default_rng(20261129)


def simulated(chance, name, engine, lift, trials=TRIALS):
    """Return the configuration and the comparisons of experiments with a true relative effect."""
    population, kind, cuped = POPULATIONS[name]
    config = replace(ENGINES[engine], cuped=cuped)
    control = sums_at(population(chance, (trials, UNITS)), [UNITS])
    test = sums_at(population(chance, (trials, UNITS), lift), [UNITS])
    pairs = zip(control, test, strict=True)
    return config, [compare(before, after, kind, config) for [before], [after] in pairs]


def noise(rate, trials=TRIALS):
    return 3.5 * (rate * (1 - rate) / trials) ** 0.5


@every_population
@every_engine
def test_interval__true_effect__covered_as_promised(chance, name, engine):
    _config, found = simulated(chance, name, engine, LIFT)

    covered = sum(c.evidence.interval[0] < LIFT < c.evidence.interval[1] for c in found) / TRIALS

    if engine == "sequential":
        assert covered > 0.97
    else:
        assert covered == pytest.approx(0.95, abs=noise(0.05))


@every_population
@every_engine
def test_power__true_effect__found_as_often(chance, name, engine):
    config, pilot = simulated(chance, name, engine, 0.0, trials=30)
    size = np.mean([detectable_effect(c.effect, config, power=0.7) for c in pilot])
    _config, found = simulated(chance, name, engine, size)

    shown = sum(c.evidence.interval[0] > 0 for c in found) / TRIALS
    promised = np.mean([power_at(c.effect, size, config) for c in found])

    assert shown == pytest.approx(promised, abs=noise(0.7))


@pytest.mark.parametrize("engine", ["bayesian", "fixed"])
@pytest.mark.parametrize("name", ["mean", "funnel"])
def test_guardrail__worse_by_just_the_margin__held_in_a_fortieth(chance, name, engine):
    config, found = simulated(chance, name, engine, -0.1)

    states = [guardrail(c.effect, 0.1, config).state for c in found]

    assert states.count(GuardrailState.HELD) / TRIALS == pytest.approx(0.025, abs=noise(0.025))
    assert states.count(GuardrailState.BROKEN) / TRIALS == pytest.approx(0.025, abs=noise(0.025))


def test_chance_to_be_best__true_effects_as_the_prior_says__calibrated(chance):
    # Under a flat prior a variant with a chance of 70 % is the best in 70 % of experiments.
    promised = kept = 0.0
    for _ in range(400):
        truth = np.array([0.0, *chance.normal(0, 0.3, 2)])
        population = POPULATIONS["mean"][0]
        arms = [sums_at(population(chance, (1, UNITS), lift), [UNITS])[0][0] for lift in truth]
        effects = {
            str(index): compare(arms[0], arm, POPULATIONS["mean"][1], StatsConfig()).effect
            for index, arm in enumerate(arms[1:], 1)
        }
        found = standings(effects, baseline="0")
        chosen = max(found, key=lambda key: found[key].chance_to_be_best)
        promised += found[chosen].chance_to_be_best
        kept += truth[int(chosen)] == truth.max()

    assert kept == pytest.approx(promised, abs=3.5 * (promised * (1 - promised / 400)) ** 0.5)
