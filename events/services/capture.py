"""Keeping the events of a request: one transaction, on disk when it returns."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connections, transaction

from core.db.transactions import attempted
from events.routers import events_alias
from events.services import groups, locks, people
from events.services.documents import stored_text
from events.services.taxonomy import note_names
from events.wire import CapturedEvent
from tenants.selectors import TokenProject
from tenants.services import note_ingested_event

_COLUMNS = "project_id, key, event, actor, distinct_id, ts, properties"
# SQLite takes 32,766 parameters a statement; longer statements are not faster either.
_ROWS_PER_STATEMENT = 500


def capture(*, project: TokenProject, events: Sequence[CapturedEvent], now: datetime) -> int:
    """Store events, and what they say about people and groups; return how many are new.

    An event that is stored already is skipped, with all that it says.

    :raises DatabaseError: when nothing of it could be stored.
    """
    # People that two requests change in different orders are a deadlock: one of them goes again.
    new = attempted(lambda: _captured(project.id, events, now))
    if new and not project.ingested_event:
        note_ingested_event(project_id=project.id)
    if new:
        note_names(project_id=project.id, events=events, now=now)
    return new


def _captured(project_id: int, events: Sequence[CapturedEvent], now: datetime) -> int:
    alias = events_alias()
    with transaction.atomic(using=alias, durable=True):
        locks.share_capture_lock(project_id)
        inserted = _insert(alias, project_id, events)
        new = [event for event in events if event.key in inserted]
        people.apply(project_id=project_id, events=new, now=now)
        groups.apply(project_id=project_id, events=new, now=now)
    return len(new)


def _insert(alias: str, project_id: int, events: Sequence[CapturedEvent]) -> set[bytes]:
    """Insert the events that are not there yet, and return their keys."""
    inserted: set[bytes] = set()
    with connections[alias].cursor() as cursor:
        for start in range(0, len(events), _ROWS_PER_STATEMENT):
            rows = events[start : start + _ROWS_PER_STATEMENT]
            places = ", ".join(["(%s, %s, %s, %s, %s, %s, %s)"] * len(rows))
            cursor.execute(
                f"INSERT INTO events_event ({_COLUMNS}) VALUES {places}"  # noqa: S608
                " ON CONFLICT DO NOTHING RETURNING key",
                [value for event in rows for value in _values(project_id, event)],
            )
            inserted.update(bytes(key) for (key,) in cursor.fetchall())
    return inserted


def _values(project_id: int, event: CapturedEvent) -> tuple[Any, ...]:
    return (
        project_id,
        event.key,
        event.event,
        event.actor,
        event.distinct_id,
        event.ts,
        stored_text(event.properties),
    )
