"""Keeping the events of a request, which are on disk when it returns."""

from collections.abc import Sequence
from datetime import datetime

from events.services import groups, people
from events.services.taxonomy import note_names
from events.stores import event_store
from events.wire import CapturedEvent
from tenants.selectors import TokenProject
from tenants.services import note_ingested_event


def capture(*, project: TokenProject, events: Sequence[CapturedEvent], now: datetime) -> int:
    """Store events, and what they say about people and groups; return how many are new.

    An event that is stored already is skipped, with all that it says. Of those that are one event,
    by uuid, name and distinct id, the first one counts.

    :raises DatabaseError: when the events could not be stored.
    """
    types = groups.known_types(project_id=project.id, events=events, now=now)
    events = groups.in_groups(events, types)

    def apply(new: Sequence[CapturedEvent]) -> None:
        people.apply(project_id=project.id, events=new, now=now)
        groups.apply(project_id=project.id, events=new, types=types, now=now)

    # In reverse, so that the first one of each key stays.
    once = {event.key: event for event in reversed(events)}
    count = event_store().add(project.id, [*reversed(once.values())], also=apply)
    if count and not project.ingested_event:
        note_ingested_event(project_id=project.id)
    if count:
        note_names(project_id=project.id, events=events, now=now)
    return count
