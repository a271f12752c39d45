"""Computing one metric: facts, sums, statistics."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace

from django.conf import settings

from events.numbers import stable_number
from results.outcomes import ArmOutcome, BreakdownOutcome, MetricOutcome
from results.plans import (
    FunnelPlan,
    MetricPlan,
    PlannedSources,
    RetentionPlan,
    UnsupportedMetric,
    metric_plan,
    query_of,
    shared_query_of,
)
from results.queries import MULTIPLE, sums_at
from results.services.analysis import Analysis, NotComputable
from results.services.breakdowns import values_by_number
from results.services.execution import Row, run
from results.services.sources import from_sources
from results.statistics import Cuped, StatsConfig, Sums, check_config, compare, validation_failures
from results.statistics import NotComputable as NoStatistic

_DAY = 86_400_000_000
# Combinations of breakdown values that are shown, those with most people first.
MAX_COMBINATIONS = 200
_ADDED = [each.name for each in fields(Sums) if each.name != "step_counts"]

Arms = dict[str, Sums]


def plan_of(metric: Mapping[str, object], analysis: Analysis) -> MetricPlan:
    """Return the plan of a metric.

    :raises NotComputable: when it, or the configured statistics, ask for what is not computed.
    """
    try:
        check_config(analysis.config)
    except NoStatistic as reason:
        raise NotComputable(f"stats_config: {reason}") from None
    try:
        return metric_plan(
            metric, analysis.reading, is_interpolated=settings.RESULTS_INTERPOLATE_PERCENTILES
        )
    except UnsupportedMetric as reason:
        raise NotComputable(str(reason), attr="metric") from None


def compute_metric(plan: MetricPlan, analysis: Analysis) -> MetricOutcome:
    """Return what a metric has come to.

    :raises NotComputable: when the baseline is missing, or it takes too long.
    :raises AtCapacity: as `from_sources`.
    """
    return from_sources(
        analysis, plan, compute=lambda sources: read_metric(plan, analysis, sources)
    )


def read_metric(
    plan: MetricPlan, analysis: Analysis, sources: PlannedSources, *, stored: str = ""
) -> MetricOutcome:
    """Return as `compute_metric`, from these sources; `stored` is a table of the exposures.

    :raises NotComputable: when the baseline is missing, or it takes too long.
    """
    lookback = _lookback(plan, analysis)
    query = query_of(
        plan, analysis.exposure, sources, analysis.calendar, lookback=lookback, stored=stored
    )
    return outcome_of(run(query, sources.facts), plan, analysis, sources)


def rows_of_all(
    plans: Sequence[MetricPlan], analysis: Analysis, sources: PlannedSources, *, stored: str
) -> list[Sequence[Row]]:
    """Return the rows of several metrics that can share a query, by one scan of their facts.

    :raises TookTooLong: when it takes longer than RESULTS_STATEMENT_SECONDS.
    """
    lookbacks = [_lookback(plan, analysis) for plan in plans]
    query = shared_query_of(plans, analysis.exposure, sources, lookbacks=lookbacks, stored=stored)
    rows = run(query, sources.facts)
    return [[sums_at(place, row) for row in rows] for place in range(len(plans))]


def outcome_of(
    rows: Sequence[Row], plan: MetricPlan, analysis: Analysis, sources: PlannedSources
) -> MetricOutcome:
    """Return what a metric has come to by the rows of its query.

    :raises NotComputable: when the baseline is missing.
    """
    config = _config_for(plan, analysis.config)
    arms = _arms(rows, plan, analysis)
    overall, variants = _compared(arms, analysis.baseline, plan, config)
    split = _split(rows, plan, analysis, config, sources) if plan.breakdowns else None
    return MetricOutcome(plan.kind, config, overall, variants, split)


def _lookback(plan: MetricPlan, analysis: Analysis) -> int:
    cuped = _config_for(plan, analysis.config).cuped
    return cuped.lookback_days * _DAY if cuped.enabled else 0


def _config_for(plan: MetricPlan, config: StatsConfig) -> StatsConfig:
    return config if plan.can_be_adjusted else replace(config, cuped=Cuped(enabled=False))


def _arms(rows: Sequence[Row], plan: MetricPlan, analysis: Analysis) -> Arms:
    keys = {stable_number(variant): variant for variant in analysis.variants}
    arms = {variant: _sums({"n": 0.0}, plan) for variant in analysis.variants}
    for row in rows:
        key = keys.get(int(row["arm"] or 0))
        # Who saw several variants is in none.
        if key is not None:
            arms[key] = _added(arms[key], _sums(row, plan))
    return arms


def _sums(row: Row, plan: MetricPlan) -> Sums:
    known = {name: value or 0.0 for name, value in row.items() if name in _ADDED}
    n = int(known.pop("n"))
    if isinstance(plan.body, FunnelPlan):
        steps = tuple(int(row.get(f"s{step}") or 0) for step in range(1, len(plan.body.steps) + 1))
        last = float(steps[-1])
        # A covariate of 0 or 1 is its own square.
        known |= {"cc": known["c"]} if "c" in known else {}
        return Sums(n, last, last, **known, step_counts=steps)
    if isinstance(plan.body, RetentionPlan):
        x = known.get("x", 0.0)
        return Sums(n, x, x, d=float(n), dd=float(n), xd=x)
    if plan.body.denominator is not None:
        known = {"d": 0.0, "dd": 0.0, "xd": 0.0} | known
    return Sums(n=n, **known)  # type: ignore[arg-type]


def _added(one: Sums, other: Sums) -> Sums:
    total: dict[str, float | None] = {}
    for name in _ADDED:
        a, b = getattr(one, name), getattr(other, name)
        total[name] = b if a is None else a if b is None else a + b
    steps = [a + b for a, b in zip(one.step_counts or (), other.step_counts or (), strict=True)]
    return Sums(**total, step_counts=tuple(steps) or None)  # type: ignore[arg-type]


def _compared(
    arms: Arms, baseline: str, plan: MetricPlan, config: StatsConfig
) -> tuple[ArmOutcome, list[ArmOutcome]]:
    control = arms[baseline]
    failures = validation_failures(control, plan.kind, is_baseline=True)
    others = [
        _compared_arm(key, sums, control, plan, config, is_baseline_usable=not failures)
        for key, sums in arms.items()
        if key != baseline
    ]
    return ArmOutcome(baseline, control, failures), others


def _compared_arm(
    key: str,
    sums: Sums,
    control: Sums,
    plan: MetricPlan,
    config: StatsConfig,
    *,
    is_baseline_usable: bool,
) -> ArmOutcome:
    failures = validation_failures(sums, plan.kind)
    is_usable = is_baseline_usable and not failures
    comparison = compare(control, sums, plan.kind, config) if is_usable else None
    return ArmOutcome(key, sums, failures, comparison)


def _split(
    rows: Sequence[Row],
    plan: MetricPlan,
    analysis: Analysis,
    config: StatsConfig,
    sources: PlannedSources,
) -> list[BreakdownOutcome]:
    groups: dict[tuple[int, ...], list[Row]] = {}
    for row in rows:
        if row["arm"] == MULTIPLE:
            continue
        numbers = tuple(int(row[f"b{place}"] or 0) for place in range(len(plan.breakdowns)))
        groups.setdefault(numbers, []).append(row)
    largest = sorted(groups, key=lambda key: -sum(row["n"] or 0 for row in groups[key]))
    names = values_by_number(plan, analysis, sources, largest[:MAX_COMBINATIONS])
    found = []
    for numbers in largest[:MAX_COMBINATIONS]:
        arms = _arms(groups[numbers], plan, analysis)
        compared = _compared(arms, analysis.baseline, plan, config)
        values = tuple(names[place][number] for place, number in enumerate(numbers))
        found.append(BreakdownOutcome(values, *compared))
    return sorted(found, key=lambda each: each.values)
