"""The texts behind the numbers of breakdowns: facts name the events that have them."""

from collections.abc import Sequence

from results.plans import MetricPlan, PlannedSources, exposures_of
from results.queries import NO_VALUE
from results.services.analysis import Analysis
from results.services.execution import bounded

# How the hosted service names the values of events that lack the property.
NO_VALUE_TEXT = "$$_posthog_breakdown_null_$$"


def values_by_number(
    plan: MetricPlan,
    analysis: Analysis,
    sources: PlannedSources,
    combinations: Sequence[tuple[int, ...]],
) -> list[dict[int, str]]:
    """Return for each breakdown the texts of its numbers in these combinations.

    :raises TookTooLong: when it takes longer than RESULTS_STATEMENT_SECONDS.
    """
    exposures = exposures_of(analysis.exposure, sources, plan)
    found = []
    for place, name in enumerate(plan.breakdowns):
        wanted = {numbers[place] for numbers in combinations} - {NO_VALUE}
        # A number without a text is one whose events are gone meanwhile.
        texts = {number: f"{number}" for number in wanted}
        if wanted:
            source = exposures.breakdowns[place]
            with bounded() as seconds:
                texts |= sources.facts.texts(source, name, sorted(wanted), seconds=seconds)
        found.append({NO_VALUE: NO_VALUE_TEXT} | texts)
    return found
