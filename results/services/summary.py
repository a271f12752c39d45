"""Everything about an experiment at once: exposures and all metrics, over exposures stored once."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import connections, transaction

from core.exceptions import APIException, first_detail
from events.facts import facts_alias
from experiments.models import Experiment
from experiments.services.links import PRIMARY, SECONDARY, Link
from results.outcomes import ExperimentMetric, MetricSummary, Summary
from results.plans import MetricPlan, PlannedSources, exposures_of
from results.services.analysis import Analysis, NotComputable
from results.services.exposures import compute_exposures
from results.services.metrics import compute_metric, plan_of
from results.services.sources import ready_sources
from results.statistics import read_guardrails

_TABLE = "results_exposed"


def metrics_of(experiment: Experiment) -> list[ExperimentMetric]:
    """Return all metrics of an experiment, primary ones first, as its lists order them."""
    found = []
    for section, inline, order in (
        (PRIMARY, experiment.metrics, experiment.primary_metrics_ordered_uuids),
        (SECONDARY, experiment.metrics_secondary, experiment.secondary_metrics_ordered_uuids),
    ):
        members = [ExperimentMetric(each, section) for each in inline or []]
        members += [
            ExperimentMetric(link.saved_metric.query, section, link.saved_metric_id)
            for link in experiment.shown_links
            if Link(link.saved_metric, link.metadata or {}).list_name == section
        ]
        places = {uuid: place for place, uuid in enumerate(order or [])}
        found += sorted(members, key=lambda each: places.get(each.uuid, len(places)))
    return found


def summarize(analysis: Analysis, metrics: Sequence[ExperimentMetric], *, now: datetime) -> Summary:
    """Return the outcomes of everything; a metric that fails says why and harms no other.

    :raises NotComputable: when the exposures cannot be computed.
    """
    planned = [_planned(each, analysis) for each in metrics]
    plans = [plan for plan in planned if isinstance(plan, MetricPlan)]
    sources = ready_sources(analysis, *plans)
    with stored_exposures(analysis, sources) as table:
        exposures = compute_exposures(analysis, sources, stored=table)
        summaries = [
            _summary(each, plan, analysis, sources, table)
            for each, plan in zip(metrics, planned, strict=True)
        ]
    return Summary(
        now=now,
        config=analysis.config,
        start=analysis.start,
        end=analysis.subject.end,
        zone=analysis.zone,
        exposures=exposures,
        metrics=summaries,
    )


@contextmanager
def stored_exposures(analysis: Analysis, sources: PlannedSources) -> Iterator[str]:
    """Keep the exposures in a table of this connection while many metrics need them."""
    query = exposures_of(analysis.exposure, sources).parts
    named = ", ".join(f"{name} AS ({body})" for name, body in query)
    connection = connections[facts_alias()]
    is_postgresql = connection.vendor == "postgresql"
    # In one transaction where a pooler may change the connection between two; SQLite would lock the
    # facts for others meanwhile, and its connection is our own.
    with _transaction(is_needed=is_postgresql):
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {_TABLE}")
            cursor.execute(f"CREATE TEMP TABLE {_TABLE} AS WITH {named} SELECT * FROM exposed")
            cursor.execute(f"CREATE INDEX {_TABLE}_by_person ON {_TABLE} (who)")
            if is_postgresql:
                cursor.execute(f"ANALYZE {_TABLE}")
        try:
            yield _TABLE
        finally:
            with connection.cursor() as cursor:
                cursor.execute(f"DROP TABLE IF EXISTS {_TABLE}")


@contextmanager
def _transaction(*, is_needed: bool) -> Iterator[None]:
    if not is_needed:
        yield
        return
    with transaction.atomic(using=facts_alias()):
        yield


def _planned(metric: ExperimentMetric, analysis: Analysis) -> MetricPlan | APIException:
    try:
        return plan_of(metric.document, analysis)
    except NotComputable as reason:
        return reason


def _summary(
    metric: ExperimentMetric,
    plan: MetricPlan | APIException,
    analysis: Analysis,
    sources: PlannedSources,
    table: str,
) -> MetricSummary:
    if isinstance(plan, APIException):
        return _failed(metric, plan)
    # Only plain exposures are stored: those that are mature depend on the metric's window.
    is_plain = not plan.breakdowns and not analysis.exposure.is_matured_only
    try:
        outcome = compute_metric(plan, analysis, sources, stored=table if is_plain else "")
    except APIException as reason:
        return _failed(metric, reason)
    margins = read_guardrails(analysis.subject.stats_config)
    return MetricSummary(metric, margins.get(metric.uuid or ""), outcome)


def _failed(metric: ExperimentMetric, reason: APIException) -> MetricSummary:
    detail = first_detail(reason)
    return MetricSummary(metric, code=detail.code or "", message=str(detail))
