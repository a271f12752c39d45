"""The sources of an analysis, with their facts brought up to now."""

from events.facts import Watermark, facts_engine
from results.plans import MetricPlan, PlannedSources, sources_of
from results.services.analysis import Analysis
from results.services.execution import bounded


def current_watermark(project_id: int) -> Watermark:
    """Return how far the events of a project have come; results differ only when it moves.

    :raises TookTooLong: when the store of events does not tell in time.
    """
    with bounded():
        return facts_engine().watermark(project_id)


def ready_sources(analysis: Analysis, *metrics: MetricPlan) -> PlannedSources:
    """Return the ids of all sources that these metrics and the exposures read, caught up.

    :raises TookTooLong: when what they need of people is not copied in time.
    """
    definitions = sources_of(analysis.exposure, *metrics)
    with bounded():
        return PlannedSources(definitions, facts_engine().ready(analysis.project_id, definitions))
