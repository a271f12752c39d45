"""The overview of an experiment's results, cached like every other result."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime

from core.exceptions import APIException
from events.listing import unseen_events
from experiments.models import Experiment
from results.outcomes import ExperimentMetric
from results.representation import represent_overview, represent_summary
from results.services.analysis import Analysis, analysis_of, subject_of
from results.services.decision import verdict_on
from results.services.metrics import plan_of
from results.services.queries import ResultQuery, cache_key_of, from_events
from results.services.summary import metrics_of, summarize

Document = dict[str, object]


def read_overview(*, experiment: Experiment, now: datetime) -> Document:
    """Return everything about an experiment: exposures, all metrics, the verdict.

    :raises NotComputable: when it has not started, or its criteria cannot be computed.
    :raises AtCapacity: when it takes somebody else too long.
    """
    analysis = analysis_of(subject_of(experiment, now=now), now=now)
    metrics = metrics_of(experiment)
    # First, because what it plans decides which cohorts the results depend on.
    names = [set(_event_names(each, analysis)) for each in metrics]
    found = overview_query(experiment, analysis, metrics).result()
    # Not in the cache: the names of events are noted only after the events are stored.
    unseen = unseen_events(project_id=analysis.project_id, names=set().union(*names))
    return represent_overview(
        found.document, [sorted(each & unseen) for each in names], computed_at=found.computed_at
    )


def overview_query(
    experiment: Experiment, analysis: Analysis, metrics: Sequence[ExperimentMetric]
) -> ResultQuery:
    """Return the query of an overview."""
    documents = [(each.section, each.document) for each in metrics]
    detail = [documents, experiment.feature_flag.active]

    def overview(current: Analysis) -> Document:
        summary = summarize(current, metrics)
        verdict = verdict_on(experiment, summary)
        return represent_summary(summary) | {"verdict": verdict and asdict(verdict)}

    key = cache_key_of(analysis, "overview", detail)
    return ResultQuery(experiment.pk, key, from_events(analysis, overview))


def _event_names(metric: ExperimentMetric, analysis: Analysis) -> Iterator[str]:
    try:
        plan = plan_of(metric.document, analysis)
    except APIException:
        # Whoever asks for its result is told why there is none.
        return
    for source in plan.sources:
        yield from source.event_names or ()
