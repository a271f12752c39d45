"""Events in ClickHouse; people and groups stay in the relational database."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from secrets import randbits
from uuid import UUID

from django.db import transaction

from core.db.transactions import attempted
from events.clickhouse import client
from events.clickhouse.literals import literals
from events.clickhouse.properties import arrays_of, document_of
from events.clickhouse.schema import TABLES
from events.routers import events_alias
from events.stores.interface import Also, Properties, StoredEvent
from events.stores.locks import share_capture_lock
from events.wire import CapturedEvent

# Keys that one statement looks up.
_LOOKED_UP = 2_000
# An id is the microsecond of arrival and a random number: no two processes have to agree.
_RANDOM_BITS = 11
_BIGINT = 2**63
_PROPERTIES = "names, kinds, texts"


class ClickHouseStore:
    """The store for more than one machine; see `EventStore`."""

    is_transactional: bool = False

    def add(self, project_id: int, events: Sequence[CapturedEvent], *, also: Also) -> int:
        """Store as `EventStore.add` does.

        What events say about people is committed before they are stored. So it is never lost: when
        the second step fails, the client is told, and its retry does both again.
        """
        known = {
            key for some in _looked_up_together(events) for key in _stored_keys(project_id, some)
        }
        new = [event for event in events if event.key not in known]
        if new:
            attempted(lambda: _store_people(project_id, also, new))
            client.insert("events", _rows(project_id, new))
        return len(new)

    def newest(self, project_id: int) -> int:
        [(count, total)] = client.rows(
            f"SELECT count(), sum(cityHash64(key)) FROM events WHERE project_id = {project_id}"
        )
        return int((count + total) % _BIGINT)

    def count(self, project_id: int) -> int:
        return _count(f"project_id = {project_id}")

    def in_order(self, project_id: int) -> Iterator[StoredEvent]:
        sql = (
            f"SELECT key, event, distinct_id, ts, {_PROPERTIES} FROM events FINAL"
            f" WHERE project_id = {project_id} ORDER BY id, key"
        )
        with client.stream(sql) as found:
            for key, event, distinct_id, ts, *arrays in found:
                text = document_of(*arrays).decode()
                yield StoredEvent(key.bytes, event, distinct_id, ts, text)

    def latest(self, project_id: int, event: str, limit: int) -> list[tuple[int, Properties]]:
        rows = client.rows(
            f"SELECT ts, {_PROPERTIES} FROM events FINAL WHERE project_id = {project_id}"
            f" AND event = {literals([event])} ORDER BY id DESC LIMIT {limit}"
        )
        return [(ts, json.loads(document_of(*arrays))) for ts, *arrays in rows]

    def projects(self) -> Iterator[int]:
        return (found for (found,) in client.rows("SELECT DISTINCT project_id FROM events"))

    def delete_of(self, project_id: int, actors: Sequence[int]) -> int:
        return _delete(f"project_id = {project_id} AND actor IN ({literals(actors)})")

    def delete_before(self, before: int) -> Mapping[int, int]:
        old = f"ts < {before}"
        counts = client.rows(
            f"SELECT project_id, count() FROM events FINAL WHERE {old} GROUP BY project_id"
        )
        if counts:
            client.command(f"DELETE FROM events WHERE {old}")
        return dict(counts)

    def delete_project(self, project_id: int, *, most: int | None = None) -> int:
        """Delete as `EventStore.delete_project` does, all at once: that is one statement here."""
        mine = f"project_id = {project_id}"
        for table in ("person_ids", "persons"):
            if client.rows(f"SELECT 1 FROM {table} WHERE {mine} LIMIT 1"):
                client.command(f"DELETE FROM {table} WHERE {mine}")
        return _delete(mine)

    def prepare(self) -> None:
        client.create_database()
        for table in TABLES:
            client.command(table)

    def answers(self) -> bool:
        return client.answers()


def _store_people(project_id: int, also: Also, events: Sequence[CapturedEvent]) -> None:
    with transaction.atomic(using=events_alias(), durable=True):
        # Whoever copies people waits for this transaction.
        share_capture_lock(project_id)
        also(events)


def _looked_up_together(events: Sequence[CapturedEvent]) -> Iterator[Sequence[CapturedEvent]]:
    return (events[start : start + _LOOKED_UP] for start in range(0, len(events), _LOOKED_UP))


def _stored_keys(project_id: int, events: Sequence[CapturedEvent]) -> set[bytes]:
    """Return the keys of those events that are stored, by looks into the primary index."""
    names = literals(sorted({event.event for event in events}))
    actors = literals(sorted({event.actor for event in events}))
    keys = literals(str(UUID(bytes=event.key)) for event in events)
    rows = client.rows(
        f"SELECT key FROM events WHERE project_id = {project_id} AND event IN ({names})"
        f" AND actor IN ({actors}) AND key IN ({keys})"
    )
    return {key.bytes for (key,) in rows}


def _rows(project_id: int, events: Sequence[CapturedEvent]) -> list[dict[str, object]]:
    arrival = time.time_ns() // 1000
    return [
        {
            "project_id": project_id,
            "event": event.event,
            "actor": event.actor,
            "key": str(UUID(bytes=event.key)),
            "id": arrival + place << _RANDOM_BITS | randbits(_RANDOM_BITS),
            "ts": event.ts,
            "distinct_id": event.distinct_id,
            **arrays_of(event.properties),
        }
        for place, event in enumerate(events)
    ]


def _count(where: str) -> int:
    [(count,)] = client.rows(f"SELECT count() FROM events FINAL WHERE {where}")
    return int(count)


def _delete(where: str) -> int:
    count = _count(where)
    if count:
        client.command(f"DELETE FROM events WHERE {where}")
    return count
