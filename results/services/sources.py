"""The sources of an analysis, with their facts brought up to now."""

from events.facts import Watermark, catch_up, get_or_create_sources, watermark
from results.plans import MetricPlan, PlannedSources, sources_of
from results.services.analysis import Analysis


def current_watermark(analysis: Analysis) -> Watermark:
    """Return how far the events have come: the same query has another result only when it moves."""
    return watermark(analysis.project_id)


def ready_sources(analysis: Analysis, *metrics: MetricPlan) -> PlannedSources:
    """Return the ids of all sources that these metrics and the exposures read, caught up."""
    definitions = {each.as_text(): each for each in sources_of(analysis.exposure)}
    for metric in metrics:
        definitions |= {each.as_text(): each for each in sources_of(analysis.exposure, metric)}
    known = list(definitions.values())
    ids = get_or_create_sources(analysis.project_id, known)
    catch_up(analysis.project_id, ids)
    return PlannedSources(known, ids)
