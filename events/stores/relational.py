"""Events in the table beside people and groups: SQLite's file of their own, or PostgreSQL."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import Error, connections, transaction
from django.db.models import Max

from core.db.pieces import delete_in_pieces
from core.db.transactions import attempted
from events.models import Event, projects_of
from events.routers import events_alias
from events.storable import stored_text
from events.stores.interface import Also, Properties, StoredEvent
from events.stores.locks import share_capture_lock
from events.wire import CapturedEvent

_PLACES = "(%s, %s, %s, %s, %s, %s, %s)"
_COLUMNS = "project_id, key, event, actor, distinct_id, ts, properties"
# SQLite takes 32,766 parameters a statement; longer statements are not faster either.
_ROWS_PER_STATEMENT = 500
_READ_AT_ONCE = 5_000
_SCANNED = 10_000


class RelationalStore:
    """The store that needs no other server; see `EventStore`."""

    is_transactional: bool = True

    def add(self, project_id: int, events: Sequence[CapturedEvent], *, also: Also) -> int:
        # People that two requests change in different orders are a deadlock: one goes again.
        return attempted(lambda: _added(project_id, events, also))

    def newest(self, project_id: int) -> int:
        events = Event.objects.filter(project_id=project_id)
        return events.aggregate(newest=Max("id"))["newest"] or 0

    def count(self, project_id: int) -> int:
        return Event.objects.filter(project_id=project_id).count()

    def in_order(self, project_id: int) -> Iterator[StoredEvent]:
        """Iterate as `EventStore.in_order` does, a few thousand at a time: no long transaction.

        Events that arrive meanwhile are among them.
        """
        connection = connections[events_alias()]
        # JSON is written as it is stored.
        properties = "properties::text" if connection.vendor == "postgresql" else "properties"
        sql = (
            f"SELECT id, key, event, distinct_id, ts, {properties} FROM events_event"
            " WHERE project_id = %s AND id > %s ORDER BY id LIMIT %s"
        )
        last = 0
        while True:
            with connection.cursor() as cursor:
                cursor.execute(sql, [project_id, last, _READ_AT_ONCE])
                rows = cursor.fetchall()
            for _id, key, *others in rows:
                yield StoredEvent(bytes(key), *others)
            if len(rows) < _READ_AT_ONCE:
                return
            last = rows[-1][0]

    def latest(self, project_id: int, event: str, limit: int) -> list[tuple[int, Properties]]:
        newest = Event.objects.filter(project_id=project_id, event=event).order_by("-id")[:limit]
        return list(newest.values_list("ts", "properties"))

    def projects(self) -> Iterator[int]:
        return projects_of(Event)

    def delete_of(self, project_id: int, actors: Sequence[int]) -> int:
        return delete_in_pieces(Event.objects.filter(project_id=project_id, actor__in=actors))

    def delete_before(self, before: int) -> Mapping[int, int]:
        deleted: dict[int, int] = {}
        position = 0
        while rows := _rows_after(position):
            position = rows[-1][0]
            old = {pk: project_id for pk, ts, project_id in rows if ts < before}
            delete_in_pieces(Event.objects.filter(pk__in=old))
            for project_id in old.values():
                deleted[project_id] = deleted.get(project_id, 0) + 1
        return deleted

    def delete_project(self, project_id: int, *, most: int | None = None) -> int:
        return delete_in_pieces(Event.objects.filter(project_id=project_id), most=most)

    def prepare(self) -> None:
        """Do nothing: migrations have made the tables."""

    def answers(self) -> bool:
        try:
            with connections[events_alias()].cursor() as cursor:
                cursor.execute("SELECT 1")
        except Error:
            return False
        return True


def _added(project_id: int, events: Sequence[CapturedEvent], also: Also) -> int:
    alias = events_alias()
    with transaction.atomic(using=alias, durable=True):
        share_capture_lock(project_id)
        inserted = _insert(alias, project_id, events)
        new = [event for event in events if event.key in inserted]
        also(new)
    return len(new)


def _insert(alias: str, project_id: int, events: Sequence[CapturedEvent]) -> set[bytes]:
    """Insert the events that are not there yet, and return their keys."""
    if connections[alias].vendor == "sqlite" and _are_all_inserted(alias, project_id, events):
        return {event.key for event in events}
    inserted: set[bytes] = set()
    with connections[alias].cursor() as cursor:
        for start in range(0, len(events), _ROWS_PER_STATEMENT):
            rows = events[start : start + _ROWS_PER_STATEMENT]
            places = ", ".join([_PLACES] * len(rows))
            cursor.execute(
                f"INSERT INTO events_event ({_COLUMNS}) VALUES {places}"
                " ON CONFLICT DO NOTHING RETURNING key",
                [value for event in rows for value in _values(project_id, event)],
            )
            inserted.update(bytes(key) for (key,) in cursor.fetchall())
    return inserted


def _are_all_inserted(alias: str, project_id: int, events: Sequence[CapturedEvent]) -> bool:
    """Insert events of which none is there, as nearly always; else insert none of them.

    SQLite carries out one short statement again and again sooner than a long one, but it does not
    return then which rows are new.
    """
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO events_event ({_COLUMNS}) VALUES {_PLACES} ON CONFLICT DO NOTHING",
            [_values(project_id, event) for event in events],
        )
        is_whole = bool(cursor.rowcount == len(events))
        if not is_whole:
            transaction.set_rollback(True, using=alias)
    return is_whole


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


def _rows_after(position: int) -> list[tuple[int, int, int]]:
    rows = Event.objects.filter(pk__gt=position).order_by("pk")
    return list(rows.values_list("pk", "ts", "project_id")[:_SCANNED])
