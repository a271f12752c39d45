"""Everything about an experiment at once: exposures and all metrics, over exposures stored once."""

from collections.abc import Sequence

from core.exceptions import APIException, first_detail
from experiments.models import Experiment
from experiments.services.links import PRIMARY, SECONDARY, Link
from results.outcomes import (
    ExperimentMetric,
    ExposureOutcome,
    MetricOutcome,
    MetricSummary,
    Summary,
)
from results.plans import MetricPlan, PlannedSources, can_share_a_query, exposures_of
from results.services.analysis import Analysis, NotComputable
from results.services.execution import Row, TookTooLong, bounded
from results.services.exposures import read_exposures
from results.services.metrics import outcome_of, plan_of, read_metric, rows_of_all
from results.services.sources import from_sources
from results.statistics import read_guardrails

# Metrics that one statement computes at most.
_TOGETHER = 20


def metrics_of(experiment: Experiment) -> list[ExperimentMetric]:
    """Return all metrics of an experiment, primary ones first, as its lists order them."""
    links = [Link(each.saved_metric, each.metadata or {}) for each in experiment.shown_links]
    found = []
    for section, inline, order in (
        (PRIMARY, experiment.metrics, experiment.primary_metrics_ordered_uuids),
        (SECONDARY, experiment.metrics_secondary, experiment.secondary_metrics_ordered_uuids),
    ):
        members = [
            ExperimentMetric(each, section, fingerprint=_fingerprint(each, experiment))
            for each in inline or []
        ]
        members += [
            ExperimentMetric(
                link.effective_query,
                section,
                link.saved_metric.pk,
                experiment.fingerprint_of(link.saved_metric.query),
            )
            for link in links
            if link.list_name == section
        ]
        places = {uuid: place for place, uuid in enumerate(order or [])}
        found += sorted(members, key=lambda each: places.get(each.uuid, len(places)))
    return found


def _fingerprint(metric: dict[str, object], experiment: Experiment) -> str:
    stored = metric.get("fingerprint")
    return stored if isinstance(stored, str) and stored else experiment.fingerprint_of(metric)


def summarize(analysis: Analysis, metrics: Sequence[ExperimentMetric]) -> Summary:
    """Return the outcomes of everything; a metric that fails says why and harms no other.

    :raises NotComputable: when the exposures cannot be computed.
    :raises AtCapacity: as `from_sources`.
    """
    planned = [_planned(each, analysis) for each in metrics]
    plans = [plan for plan in planned if isinstance(plan, MetricPlan)]

    def compute(sources: PlannedSources) -> tuple[ExposureOutcome, list[MetricSummary]]:
        # Many metrics need the same exposures.
        parts = exposures_of(analysis.exposure, sources).parts
        with bounded() as seconds, sources.facts.stored(parts, seconds=seconds) as table:
            exposures = read_exposures(analysis, sources, stored=table)
            computed = _Computed(analysis, sources, table)
            computed.together(plans)
            return exposures, [
                _summary(each, plan, computed) for each, plan in zip(metrics, planned, strict=True)
            ]

    exposures, summaries = from_sources(analysis, *plans, compute=compute)
    return Summary(
        now=analysis.now,
        config=analysis.config,
        start=analysis.start,
        end=analysis.subject.end,
        zone=analysis.zone,
        exposures=exposures,
        metrics=summaries,
    )


def _planned(metric: ExperimentMetric, analysis: Analysis) -> MetricPlan | APIException:
    try:
        return plan_of(metric.document, analysis)
    except NotComputable as reason:
        return reason


class _Computed:
    """The outcomes of metrics over stored exposures; means are computed by few statements."""

    def __init__(self, analysis: Analysis, sources: PlannedSources, table: str) -> None:
        self.analysis = analysis
        self._sources = sources
        self._table = table
        self._rows: dict[int, Sequence[Row]] = {}

    def together(self, plans: Sequence[MetricPlan]) -> None:
        """Compute what can share a statement."""
        exposure = self.analysis.exposure
        sharing = [plan for plan in plans if can_share_a_query(plan, exposure)]
        for start in range(0, len(sharing), _TOGETHER):
            some = sharing[start : start + _TOGETHER]
            try:
                rows = rows_of_all(some, self.analysis, self._sources, stored=self._table)
            except TookTooLong:
                # Each has its own time then.
                continue
            self._rows |= {id(plan): each for plan, each in zip(some, rows, strict=True)}

    def outcome(self, plan: MetricPlan) -> MetricOutcome:
        """Return what a metric has come to.

        :raises NotComputable: as `read_metric`.
        """
        rows = self._rows.get(id(plan))
        if rows is not None:
            return outcome_of(rows, plan, self.analysis, self._sources)
        # Only plain exposures are stored: those that are mature depend on the metric's window.
        is_plain = not plan.breakdowns and not self.analysis.exposure.is_matured_only
        stored = self._table if is_plain else ""
        return read_metric(plan, self.analysis, self._sources, stored=stored)


def _summary(
    metric: ExperimentMetric, plan: MetricPlan | APIException, computed: _Computed
) -> MetricSummary:
    if isinstance(plan, APIException):
        return _failed(metric, plan)
    try:
        outcome = computed.outcome(plan)
    except APIException as reason:
        return _failed(metric, reason)
    margins = read_guardrails(computed.analysis.subject.stats_config)
    return MetricSummary(metric, margins.get(metric.uuid or ""), outcome)


def _failed(metric: ExperimentMetric, reason: APIException) -> MetricSummary:
    detail = first_detail(reason)
    return MetricSummary(metric, code=detail.code or "", message=str(detail))
