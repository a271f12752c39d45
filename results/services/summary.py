"""Everything about an experiment at once: exposures and all metrics, over exposures stored once."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from django.db import connections, transaction

from core.exceptions import APIException, first_message
from events.facts import facts_alias
from experiments.models import Experiment
from results.outcomes import ExperimentMetric, MetricSummary, Summary
from results.plans import MetricPlan, PlannedSources, exposures_of
from results.services.analysis import Analysis, NotComputable, analysis_of, subject_of
from results.services.exposures import compute_exposures
from results.services.metrics import compute_metric, plan_of
from results.services.sources import ready_sources
from results.statistics import read_guardrails

_TABLE = "results_exposed"


def metrics_of(experiment: Experiment) -> list[ExperimentMetric]:
    """Return all metrics of an experiment, primary ones first, as its lists order them."""
    found = []
    for section, inline, order in (
        ("primary", experiment.metrics, experiment.primary_metrics_ordered_uuids),
        ("secondary", experiment.metrics_secondary, experiment.secondary_metrics_ordered_uuids),
    ):
        members = [ExperimentMetric(each, section) for each in inline or []]
        members += [
            ExperimentMetric(link.saved_metric.query, section, link.saved_metric_id)
            for link in experiment.shown_links
            if _section_of(link.metadata) == section
        ]
        places = {uuid: place for place, uuid in enumerate(order or [])}
        found += sorted(members, key=lambda each: places.get(each.uuid, len(places)))
    return found


def _section_of(metadata: object) -> str:
    # Wire quirk: any-other-type-is-secondary, see docs/quirks.md.
    known = metadata if isinstance(metadata, Mapping) else {}
    return "primary" if known.get("type", "primary") == "primary" else "secondary"


def summarize(experiment: Experiment, *, now: datetime) -> Summary:
    """Return the outcomes of everything; a metric that fails says why and harms no other.

    :raises NotComputable: when the experiment has not started, or its exposures fail.
    """
    analysis = analysis_of(subject_of(experiment), now=now)
    planned = [(each, *_planned(each, analysis)) for each in metrics_of(experiment)]
    plans = [plan for _, plan, _ in planned if plan is not None]
    sources = ready_sources(analysis, *plans)
    with stored_exposures(analysis, sources) as table:
        exposures = compute_exposures(analysis, sources, stored=table)
        metrics = [
            failure or _summary(each, plan, analysis, sources, table)
            for each, plan, failure in planned
        ]
    return Summary(
        now=now,
        config=analysis.config,
        start=analysis.start,
        end=analysis.subject.end,
        zone=analysis.zone,
        exposures=exposures,
        metrics=metrics,
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


def _planned(
    metric: ExperimentMetric, analysis: Analysis
) -> tuple[MetricPlan | None, MetricSummary | None]:
    try:
        return plan_of(metric.document, analysis), None
    except NotComputable as reason:
        return None, _failed(metric, reason)


def _summary(
    metric: ExperimentMetric,
    plan: MetricPlan | None,
    analysis: Analysis,
    sources: PlannedSources,
    table: str,
) -> MetricSummary:
    if plan is None:
        return _failed(metric, NotComputable())
    # Only plain exposures are stored: those that are mature depend on the metric's window.
    is_plain = not plan.breakdowns and not analysis.exposure.is_matured_only
    try:
        outcome = compute_metric(plan, analysis, sources, stored=table if is_plain else "")
    except APIException as reason:
        return _failed(metric, reason)
    margins = read_guardrails(analysis.subject.stats_config)
    return MetricSummary(metric, margins.get(metric.uuid or ""), outcome)


def _failed(metric: ExperimentMetric, reason: APIException) -> MetricSummary:
    codes: Mapping[str, object] | list[object] | str = reason.get_codes()  # type: ignore[assignment]
    while isinstance(codes, Mapping | list):
        codes = next(iter(codes.values() if isinstance(codes, Mapping) else codes))  # type: ignore[assignment]
    return MetricSummary(metric, code=str(codes), message=first_message(reason))
