"""Results in the shapes of the wire; pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from results.insights import represent_estimates
from results.numbers import finite
from results.outcomes import (
    ArmOutcome,
    BreakdownOutcome,
    ExposureOutcome,
    MetricOutcome,
    MetricSummary,
    Summary,
)
from results.queries.zones import in_zone
from results.statistics import Method

Shape = dict[str, object]

METRIC_QUERY, EXPOSURE_QUERY = "ExperimentQuery", "ExperimentExposureQuery"
# Members of former engines, which clients may look for and which are null.
_LEGACY = (
    "insight",
    "metric",
    "variants",
    "probability",
    "significant",
    "significance_code",
    "stats_version",
    "p_value",
    "credible_intervals",
)
_MOMENTS = {
    "denominator_sum": "d",
    "denominator_sum_squares": "dd",
    "numerator_denominator_sum_product": "xd",
    "covariate_sum": "c",
    "covariate_sum_squares": "cc",
    "covariate_sum_product": "xc",
}


def represent_metric(outcome: MetricOutcome) -> Shape:
    """Return what an `ExperimentQuery` answers, without the members about the cache."""
    split = outcome.breakdowns
    return {
        "kind": METRIC_QUERY,
        "baseline": _arm(outcome.baseline),
        "variant_results": _variants(outcome.variants, outcome),
        "breakdown_results": None if split is None else [_split(one, outcome) for one in split],
        **dict.fromkeys(_LEGACY),
        "clickhouse_sql": None,
        "hogql": None,
        "is_precomputed": False,
    }


def represent_exposures(
    outcome: ExposureOutcome, *, start: datetime, end: datetime | None
) -> Shape:
    """Return what an `ExperimentExposureQuery` answers, without the members about the cache."""
    ratio, percentage = outcome.ratio, outcome.multiple_percentage
    return {
        "kind": EXPOSURE_QUERY,
        "timeseries": [
            {"variant": variant, "days": list(outcome.days), "exposure_counts": list(counts)}
            for variant, counts in outcome.new.items()
        ],
        "total_exposures": dict(outcome.totals),
        "date_range": {
            "date_from": start.isoformat(),
            "date_to": end.isoformat() if end else None,
            "explicitDate": True,
        },
        "sample_ratio_mismatch": None
        if ratio is None
        else {"expected": ratio.expected, "p_value": ratio.p_value},
        "bias_risk": None if percentage is None else {"multiple_variant_percentage": percentage},
    }


def no_exposures() -> Shape:
    """Return what an `ExperimentExposureQuery` answers for a draft."""
    return {
        "kind": EXPOSURE_QUERY,
        "timeseries": [],
        "total_exposures": {},
        "date_range": {"date_from": None, "date_to": None, "explicitDate": True},
        "sample_ratio_mismatch": None,
        "bias_risk": None,
    }


def represent_summary(summary: Summary) -> Shape:
    """Return the overview of an experiment: its exposures, and every metric with its result."""
    zone = summary.zone
    return {
        "exposures": represent_exposures(
            summary.exposures,
            start=in_zone(summary.start, zone),
            end=in_zone(summary.end, zone) if summary.end else None,
        ),
        "difference_type": summary.config.difference.value,
        "metrics": [_metric_summary(each) for each in summary.metrics],
    }


def represent_overview(
    summary: Mapping[str, Any], unseen: Sequence[Sequence[str]], *, computed_at: datetime
) -> Shape:
    """Return a represented summary with what is known beside it: each metric's unseen events."""
    metrics = [
        metric | {"unseen_events": list(names)}
        for metric, names in zip(summary["metrics"], unseen, strict=True)
    ]
    return {**summary, "metrics": metrics, "computed_at": computed_at}


def _metric_summary(summary: MetricSummary) -> Shape:
    metric, outcome = summary.metric, summary.outcome
    failed = {"code": summary.code, "detail": summary.message}
    return {
        "uuid": metric.uuid,
        "name": metric.document.get("name"),
        "section": metric.section,
        "saved_metric_id": metric.saved_metric_id,
        "metric_type": metric.document.get("metric_type"),
        "goal": metric.document.get("goal") or "increase",
        "result": None if outcome is None else represent_metric(outcome),
        "estimates": None if outcome is None else represent_estimates(summary, outcome),
        "error": failed if outcome is None else None,
    }


def _split(one: BreakdownOutcome, outcome: MetricOutcome) -> Shape:
    return {
        "breakdown_value": list(one.values),
        "baseline": _arm(one.baseline),
        "variants": _variants(one.variants, outcome),
    }


def _variants(variants: Sequence[ArmOutcome], outcome: MetricOutcome) -> list[Shape]:
    return [_arm(arm) | _evidence(arm, outcome) for arm in variants]


def _arm(arm: ArmOutcome) -> Shape:
    sums = arm.sums
    return {
        "key": arm.key,
        "number_of_samples": sums.n,
        "sum": finite(sums.x),
        "sum_squares": finite(sums.xx),
        **{name: finite(getattr(sums, moment)) for name, moment in _MOMENTS.items()},
        "step_counts": None if sums.step_counts is None else list(sums.step_counts),
        "step_sessions": None,
        "validation_failures": list(arm.failures),
    }


def _evidence(arm: ArmOutcome, outcome: MetricOutcome) -> Shape:
    evidence = arm.comparison.evidence if arm.comparison else None
    is_bayesian = outcome.config.method is Method.BAYESIAN
    measure, interval = (
        ("chance_to_win", "credible_interval")
        if is_bayesian
        else ("p_value", "confidence_interval")
    )
    known = None if evidence is None else getattr(evidence, measure)
    return {
        "method": outcome.config.method.value,
        "significant": None if evidence is None else evidence.is_significant,
        measure: finite(known),
        interval: None if evidence is None else [finite(end) for end in evidence.interval],
    }
