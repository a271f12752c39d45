"""From an experiment and its outcomes to the facts that its verdict rests on."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from experiments.models import Experiment
from experiments.status import Status as ExperimentStatus
from results.outcomes import MetricSummary, Summary
from results.statistics import MULTIPLE_KEY
from results.statistics.config import number
from results.verdict import Facts, Goal, Metric, Plan, Status, Verdict, reach_verdict


def verdict_on(experiment: Experiment, summary: Summary) -> Verdict | None:
    """Return the verdict on an experiment that has started."""
    totals = dict(summary.exposures.totals)
    multiple = totals.pop(MULTIPLE_KEY, 0)
    until = min(summary.end or summary.now, summary.now)
    return reach_verdict(
        Facts(
            status=_status(experiment, summary),
            config=summary.config,
            exposures=totals,
            primary=_metrics(summary.metrics, "primary"),
            secondary=_metrics(summary.metrics, "secondary"),
            plan=_plan(experiment.parameters),
            days=max((until - summary.start) // timedelta(days=1), 0),
            split=summary.exposures.ratio,
            multiple=multiple,
            bias_percentage=summary.exposures.multiple_percentage,
        )
    )


def _status(experiment: Experiment, summary: Summary) -> Status:
    if experiment.status == ExperimentStatus.DRAFT:
        return Status.DRAFT
    # An end that is still to come stops nothing yet: people go on arriving.
    if summary.end is not None and summary.end <= summary.now:
        return Status.STOPPED
    return Status.RUNNING if experiment.feature_flag.active else Status.PAUSED


def _metrics(summaries: Sequence[MetricSummary], section: str) -> list[Metric]:
    chosen = [each for each in summaries if each.metric.section == section]
    return [_metric(each, place) for place, each in enumerate(chosen, 1)]


def _metric(summary: MetricSummary, place: int) -> Metric:
    metric, outcome = summary.metric, summary.outcome
    arms = [] if outcome is None else [outcome.baseline, *outcome.variants]
    return Metric(
        uuid=metric.uuid or f"{metric.section}-{place}",
        name=str(metric.document.get("name") or f"metric {place}"),
        comparisons={arm.key: arm.comparison for arm in arms if arm.comparison is not None},
        goal=Goal.DECREASE if metric.is_lower_better else Goal.INCREASE,
        failures={arm.key: list(arm.failures) for arm in arms if arm.failures},
        margin=summary.margin,
    )


def _plan(parameters: object) -> Plan:
    known = _mapping(parameters)
    # Newer clients send the plan as a member of its own, which is kept inside.
    known = {**known, **_mapping(known.get("running_time_calculation"))}
    people, days, effect = (
        _above_zero(known.get(name))
        for name in (
            "recommended_sample_size",
            "recommended_running_time",
            "minimum_detectable_effect",
        )
    )
    return Plan(
        people=int(people) if people else None,
        days=int(days) if days else None,
        effect=effect / 100 if effect else None,
    )


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _above_zero(value: object) -> float | None:
    found = number(value)
    return found if found is not None and found > 0 else None
