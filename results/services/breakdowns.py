"""The texts behind the numbers of breakdowns: facts name the events that have them."""

from collections.abc import Sequence

from django.db import connections

from events.facts import facts_alias, text_of_value
from events.numbers import stable_number
from events.selectors import list_event_properties
from results.plans import MetricPlan, PlannedSources, exposures_of
from results.queries import NO_VALUE
from results.services.analysis import Analysis

# How the hosted service names the values of events that lack the property.
NO_VALUE_TEXT = "$$_posthog_breakdown_null_$$"


def values_by_number(
    plan: MetricPlan,
    analysis: Analysis,
    sources: PlannedSources,
    combinations: Sequence[tuple[int, ...]],
) -> list[dict[int, str]]:
    """Return for each breakdown the texts of its numbers in these combinations."""
    exposures = exposures_of(analysis.exposure, sources, plan)
    found = []
    for place, name in enumerate(plan.breakdowns):
        wanted = {numbers[place] for numbers in combinations} - {NO_VALUE}
        texts = _texts(exposures.breakdowns[place], name, wanted, analysis.project_id)
        found.append({NO_VALUE: NO_VALUE_TEXT} | texts)
    return found


def _texts(source: int, name: str, wanted: set[int], project_id: int) -> dict[int, str]:
    if not wanted:
        return {}
    numbers = ", ".join(map(str, sorted(wanted)))
    with connections[facts_alias()].cursor() as cursor:
        cursor.execute(
            "SELECT value, MIN(event) FROM events_fact"
            f" WHERE source = {source} AND value IN ({numbers}) GROUP BY value"
        )
        events = {int(event): int(value) for value, event in cursor.fetchall()}
    properties = list_event_properties(project_id=project_id, event_ids=list(events))
    texts = {number: f"{number}" for number in wanted}
    for event, number in events.items():
        text = text_of_value(properties.get(event, {}).get(name))
        if stable_number(text) == number:
            texts[number] = text
    return texts
