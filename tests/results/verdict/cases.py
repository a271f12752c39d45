"""Experiments for the tests of verdicts: funnels of 10 000 people in each variant."""

from dataclasses import replace

from results.statistics import (
    Difference,
    Method,
    MetricKind,
    SampleRatio,
    StatsConfig,
    Sums,
    compare,
    validation_failures,
)
from results.verdict import Facts, Goal, Metric, Plan, Status

BAYESIAN = StatsConfig()
FIXED = StatsConfig(Method.FREQUENTIST)
ABSOLUTE = StatsConfig(difference=Difference.ABSOLUTE)
SEQUENTIAL = StatsConfig(Method.FREQUENTIST, tuning=5000)
FUNNEL = MetricKind.FUNNEL
PEOPLE, CONVERSIONS = 10_000, 1_000
PLAN = Plan(people=20_000, days=14, effect=0.08)
FAIR = SampleRatio({"control": 10_000, "test": 10_000}, 0.4)
# Conversions of a variant against 1 000 of the baseline.
BETTER, WORSE, SAME, LIKELY = 1_150, 850, 1_000, 1_085


def metric(
    name="Purchase",
    conversions=SAME,
    *,
    people=PEOPLE,
    config=BAYESIAN,
    goal=Goal.INCREASE,
    margin=None,
    baseline=CONVERSIONS,
):
    """Return a metric of a funnel; `conversions` are those of test, or of each variant."""
    counted = conversions if isinstance(conversions, dict) else {"test": conversions}
    sums = {key: Sums(people, found, found) for key, found in counted.items()}
    control = Sums(people, baseline, baseline)
    failures = {key: validation_failures(each, FUNNEL) for key, each in sums.items()}
    failures["control"] = validation_failures(control, FUNNEL, is_baseline=True)
    comparisons = {
        key: compare(control, each, FUNNEL, config)
        for key, each in sums.items()
        if not failures[key] and not failures["control"]
    }
    return Metric(name.lower(), name, comparisons, goal, failures, margin)


def facts(*primary, config=BAYESIAN, **changes):
    """Return a running experiment that has what its plan asks for."""
    whole = Facts(
        Status.RUNNING,
        config,
        {"control": PEOPLE, "test": PEOPLE},
        primary,
        plan=PLAN,
        days=14,
        split=FAIR,
    )
    return replace(whole, **changes)
