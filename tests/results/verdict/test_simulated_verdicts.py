"""Whole experiments, looked at every day: how often the verdict ships, stops or distrusts."""

import numpy as np
import pytest

from results.statistics import Method, MetricKind, StatsConfig, Sums, compare, sample_ratio
from results.verdict import Decision, Facts, Goal, Metric, Plan, Status, reach_verdict

TRIALS, DAYS, A_DAY, RATE = 250, 14, 400, 0.2
# 5 600 people in a variant, of whom 20 % convert, show +10.7 % four times out of five.
PLAN = Plan(people=2 * DAYS * A_DAY, days=DAYS, effect=0.107)
ENGINES = {
    "bayesian": StatsConfig(),
    "fixed": StatsConfig(Method.FREQUENTIST),
    "sequential": StatsConfig(Method.FREQUENTIST, tuning=5_000),
}
every_engine = pytest.mark.parametrize("engine", ENGINES)


def facts(config, day, counts, people, goal):
    control, test = (Sums(n, x, x) for n, x in zip(people, counts, strict=True))
    compared = compare(control, test, MetricKind.FUNNEL, config)
    exposures = dict(zip(("control", "test"), people, strict=True))
    return Facts(
        Status.RUNNING,
        config,
        exposures,
        [Metric("m", "Purchase", {"test": compared}, goal)],
        plan=PLAN,
        days=day,
        split=sample_ratio(exposures, {"control": 50, "test": 50}),
    )


def first_decisions(engine, lift, goal=Goal.INCREASE, lost=0.0):
    """Return for each experiment what the first look says that is not "keep running"."""
    chance, found = np.random.default_rng(20261129), []
    for _ in range(TRIALS):
        people = chance.binomial(A_DAY, [[1.0, 1 - lost]] * DAYS)
        counts = chance.binomial(people, [RATE, RATE * (1 + lift)]).cumsum(0).tolist()
        people = people.cumsum(0).tolist()
        looks = (
            reach_verdict(facts(ENGINES[engine], day, *at, goal)).decision
            for day, at in enumerate(zip(counts, people, strict=True), 1)
        )
        found.append(next((d for d in looks if d is not Decision.KEEP_RUNNING), None))
    return {decision: found.count(decision) / TRIALS for decision in Decision}


@every_engine
def test_verdict__no_effect_and_daily_looks__ships_in_a_fortieth(engine):
    assert first_decisions(engine, 0.0)[Decision.SHIP] <= 0.05


@every_engine
@pytest.mark.parametrize("goal", Goal)
def test_verdict__planned_effect__shipped_or_stopped_by_the_goal(engine, goal):
    found = first_decisions(engine, PLAN.effect, goal)
    wanted = Decision.SHIP if goal is Goal.INCREASE else Decision.STOP

    # A sequential test pays for its looks, and stops when the planned sample shows nothing.
    assert found[wanted] > (0.35 if engine == "sequential" else 0.7)
    assert found[Decision.DO_NOT_TRUST] < 0.02


@every_engine
def test_verdict__lost_people_and_a_winner__never_shipped(engine):
    found = first_decisions(engine, PLAN.effect, lost=0.1)

    assert found[Decision.DO_NOT_TRUST] > 0.95
