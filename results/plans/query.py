"""From plans to queries, once the sources have their ids."""

from collections.abc import Sequence
from dataclasses import replace

from events.facts import ReadyFacts, SourceDefinition
from events.numbers import stable_number
from results import queries
from results.plans.exposures import ExposurePlan
from results.plans.metrics import FunnelPlan, MeanPlan, MetricPlan, RetentionPlan
from results.plans.sources import text_value
from results.plans.values import ValuePlan


class PlannedSources:
    """The ids of sources, by their definitions, and their facts."""

    def __init__(self, definitions: Sequence[SourceDefinition], facts: ReadyFacts) -> None:
        self._ids = {each.as_text(): id_ for each, id_ in zip(definitions, facts.ids, strict=True)}
        self.facts = facts

    def __getitem__(self, definition: SourceDefinition) -> int:
        return self._ids[definition.as_text()]


def sources_of(exposure: ExposurePlan, *metrics: MetricPlan) -> list[SourceDefinition]:
    """Return every source that queries over these plans read, each once."""
    found = [exposure.source, *([exposure.activation] if exposure.activation else [])]
    for metric in metrics:
        found += [*metric.sources, *_breakdowns(exposure, metric)]
    return list({each.as_text(): each for each in found}.values())


def exposures_of(
    exposure: ExposurePlan,
    ids: PlannedSources,
    metric: MetricPlan | None = None,
    *,
    stored: str = "",
) -> queries.Exposures:
    """Return the exposures of a plan, as a metric needs them; `stored` names a table with them."""
    window = metric.window if metric else 0
    is_retention = metric is not None and isinstance(metric.body, RetentionPlan)
    is_matured = exposure.is_matured_only and window and not is_retention
    return queries.Exposures(
        source=ids[exposure.source],
        start=exposure.start,
        end=exposure.end,
        arms=tuple(stable_number(variant) for variant in exposure.variants),
        is_first_variant_kept=exposure.is_first_variant_kept,
        mature_at=exposure.now - window if is_matured else None,
        breakdowns=tuple(ids[each] for each in _breakdowns(exposure, metric)) if metric else (),
        activation=ids[exposure.activation] if exposure.activation else None,
        now=exposure.now,
        stored=stored,
    )


def query_of(
    metric: MetricPlan,
    exposure: ExposurePlan,
    ids: PlannedSources,
    calendar: queries.Calendar,
    *,
    lookback: int = 0,
    stored: str = "",
) -> queries.Query:
    """Return the query of a metric; with `lookback`, microseconds, it has a covariate."""
    exposures = exposures_of(exposure, ids, metric, stored=stored)
    if isinstance(metric.body, FunnelPlan):
        return _funnel(metric, metric.body, exposures, ids, lookback)
    if isinstance(metric.body, RetentionPlan):
        return _retention(metric.body, metric, exposures, exposure, ids, calendar)
    return _mean(metric, metric.body, exposures, ids, lookback)


def can_share_a_query(metric: MetricPlan, exposure: ExposurePlan) -> bool:
    """Tell whether a metric can be computed together with others over the same exposures."""
    is_mean = isinstance(metric.body, MeanPlan) and metric.body.value.sessions is None
    return is_mean and not metric.breakdowns and not exposure.is_matured_only


def shared_query_of(
    metrics: Sequence[MetricPlan],
    exposure: ExposurePlan,
    ids: PlannedSources,
    *,
    lookbacks: Sequence[int],
    stored: str = "",
) -> queries.Query:
    """Return one query of several metrics that can share one, see `queries.means`."""
    exposures = exposures_of(exposure, ids, stored=stored)
    return queries.means(
        [
            _mean_of(metric, metric.body, exposures, ids, lookback)
            for metric, lookback in zip(metrics, lookbacks, strict=True)
            if isinstance(metric.body, MeanPlan)
        ]
    )


def _breakdowns(exposure: ExposurePlan, metric: MetricPlan) -> list[SourceDefinition]:
    return [replace(exposure.source, value=text_value(name)) for name in metric.breakdowns]


def _mean(
    metric: MetricPlan,
    body: MeanPlan,
    exposures: queries.Exposures,
    ids: PlannedSources,
    lookback: int,
) -> queries.Query:
    if body.value.sessions is not None:
        return queries.session_mean(
            queries.SessionMean(
                exposures,
                source=ids[body.value.source],
                all_events=ids[body.value.sessions],
                aggregate=body.value.aggregate,
                window=metric.window,
                outliers=body.outliers,
            )
        )
    return queries.mean(_mean_of(metric, body, exposures, ids, lookback))


def _mean_of(
    metric: MetricPlan,
    body: MeanPlan,
    exposures: queries.Exposures,
    ids: PlannedSources,
    lookback: int,
) -> queries.Mean:
    value = replace(_column(body.value, ids), threshold=body.threshold, outliers=body.outliers)
    denominator = None
    if body.denominator is not None:
        denominator = replace(_column(body.denominator, ids), outliers=body.denominator_outliers)
    return queries.Mean(exposures, value, denominator, metric.window, lookback)


def _column(value: ValuePlan, ids: PlannedSources) -> queries.Column:
    return queries.Column(ids[value.source], value.aggregate)


def _funnel(
    metric: MetricPlan,
    body: FunnelPlan,
    exposures: queries.Exposures,
    ids: PlannedSources,
    lookback: int,
) -> queries.Query:
    return queries.funnel(
        queries.Funnel(
            exposures,
            steps=tuple(ids[step] for step in body.steps),
            window=metric.window,
            is_ordered=body.is_ordered,
            has_shared_events=_may_share(body),
            is_indexed=ids.facts.is_indexed,
            lookback=lookback,
        )
    )


def _may_share(body: FunnelPlan) -> bool:
    """Tell whether one event may match two steps: they name the same event, or any."""
    names = [step.event_names for step in body.steps]
    known = [name for each in names if each is not None for name in each]
    return None in names or len(set(known)) < len(known)


def _retention(
    body: RetentionPlan,
    metric: MetricPlan,
    exposures: queries.Exposures,
    exposure: ExposurePlan,
    ids: PlannedSources,
    calendar: queries.Calendar,
) -> queries.Query:
    return queries.retention(
        queries.Retention(
            exposures,
            start=None if body.start is None else ids[body.start],
            completion=ids[body.completion],
            since=body.since,
            until=body.until,
            calendar=calendar,
            truncated_to=body.truncated_to,
            is_last_start=body.is_last_start,
            window=metric.window,
            mature_at=exposure.now - body.until if exposure.is_matured_only else None,
        )
    )
