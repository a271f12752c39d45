"""The sources of an analysis, with their facts brought up to now."""

from collections.abc import Callable
from typing import TypeVar

from events.facts import Watermark, facts_engine
from results.plans import MetricPlan, PlannedSources, sources_of
from results.services.analysis import Analysis
from results.services.execution import bounded
from results.services.result_cache import AtCapacity

# How often something is computed before it is given up, while facts are derived anew.
_ATTEMPTS = 3
T = TypeVar("T")


def current_watermark(project_id: int) -> Watermark:
    """Return how far the events of a project have come; results differ only when it moves.

    :raises TookTooLong: when the store of events does not tell in time.
    """
    with bounded():
        return facts_engine().watermark(project_id)


def from_sources(
    analysis: Analysis, *metrics: MetricPlan, compute: Callable[[PlannedSources], T]
) -> T:
    """Return what is computed from all sources that these metrics and the exposures read.

    It is computed again when facts were missing meanwhile, because all of a source were derived
    anew.

    :raises TookTooLong: when what they need of people is not copied in time.
    :raises AtCapacity: when they are derived anew again and again.
    """
    for _ in range(_ATTEMPTS):
        sources = ready_sources(analysis, *metrics)
        found = compute(sources)
        if sources.facts.were_whole():
            return found
    raise AtCapacity("The facts of the project are being derived anew. Ask again in a moment.")


def ready_sources(analysis: Analysis, *metrics: MetricPlan) -> PlannedSources:
    """Return the ids of all sources that these metrics and the exposures read, caught up.

    :raises TookTooLong: when what they need of people is not copied in time.
    """
    definitions = sources_of(analysis.exposure, *metrics)
    with bounded():
        return PlannedSources(definitions, facts_engine().ready(analysis.project_id, definitions))
