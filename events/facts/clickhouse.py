"""Facts as a subquery over the events in ClickHouse: nothing is derived ahead of time."""

import logging
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from events.clickhouse import client
from events.facts import people_copies, subqueries
from events.facts.definitions import SourceDefinition
from events.facts.interface import StatementTookTooLong, Watermark
from events.facts.watermarks import newest_committed_merge
from events.models import Merge, projects_of
from events.numbers import NOBODY
from events.stores import event_store

_logger = logging.getLogger(__name__)

_FACTS = "events_fact"


class ClickHouseFacts:
    """The engine over ClickHouse's events; see `FactsEngine`."""

    # There are no sources to derive facts for: what is copied is who is who, in each project.
    counted: str = "projects"
    # The members of cohorts are in the relational database, and no copy of them is here.
    reads_cohorts: bool = False

    def watermark(self, project_id: int) -> Watermark:
        merge = newest_committed_merge(project_id)
        with _translated_timeouts():
            return Watermark(event_store().newest(project_id), merge)

    def contains(self, reached: Watermark, wanted: Watermark) -> bool:
        # That of events is a checksum here, which has no order.
        return reached == wanted

    def ready(
        self, project_id: int, definitions: Sequence[SourceDefinition]
    ) -> "ReadyClickHouseFacts":
        with _translated_timeouts():
            self.follow(project_id)
            if any(map(subqueries.needs_persons, definitions)):
                people_copies.copy_persons(project_id)
        return ReadyClickHouseFacts(project_id, definitions)

    def keep_up(self, *, now: datetime) -> int:
        count, failures = 0, []
        for project_id in projects_of(Merge):
            try:
                self.follow(project_id)
            except Exception as error:
                _logger.exception("People of project %s could not be copied.", project_id)
                failures.append(error)
            count += 1
        if failures:
            raise failures[0]
        return count

    def follow(self, project_id: int) -> None:
        people_copies.copy_merges(project_id, upto=newest_committed_merge(project_id))

    def newest_merge_seen(self, project_id: int) -> int:
        return people_copies.newest_merge_copied(project_id)

    def rebuild(self, project_id: int | None) -> int:
        projects = list(event_store().projects()) if project_id is None else [project_id]
        for each in projects:
            people_copies.forget_copies(each)
            self.follow(each)
            # Whatever was computed while copies were missing is out of date.
            Merge.objects.create(project_id=each, old=NOBODY, new=None)
        return len(projects)

    def delete_before(self, before: int) -> set[int]:
        """Do nothing: facts are the events."""
        return set()

    def keep_only(self, projects: Callable[[], Collection[int]]) -> None:
        """Do nothing: facts are the events."""


class ReadyClickHouseFacts:
    """Facts of sources numbered from 1; see `ReadyFacts`."""

    is_indexed: bool = False

    def __init__(self, project_id: int, definitions: Sequence[SourceDefinition]) -> None:
        self._project_id = project_id
        self._definitions = definitions
        self._now = time.time_ns() // 1000
        self.ids: Sequence[int] = range(1, len(definitions) + 1)

    def rows(self, text: str, *, seconds: int) -> list[tuple[Any, ...]]:
        facts = subqueries.facts(self._project_id, self._definitions, now=self._now)
        named = f"WITH {_FACTS} AS (\n{facts}),\n"
        with _translated_timeouts():
            return client.rows(named + text.removeprefix("WITH "), seconds=seconds)

    @contextmanager
    def stored(self, parts: Sequence[tuple[str, str]], *, seconds: int) -> Iterator[str]:
        # A table of its own would have to be on the server that the next statement reaches.
        yield ""

    def texts(
        self, source: int, name: str, numbers: Collection[int], *, seconds: int
    ) -> dict[int, str]:
        definition = self._definitions[source - 1]
        sql = subqueries.texts(self._project_id, definition, name, numbers, now=self._now)
        with _translated_timeouts():
            return dict(client.rows(sql, seconds=seconds))

    def count(self, *, seconds: int) -> int:
        facts = subqueries.facts(self._project_id, self._definitions, now=self._now)
        with _translated_timeouts():
            [(count,)] = client.rows(f"SELECT count() FROM ({facts})", seconds=seconds)
        return int(count)

    def were_whole(self) -> bool:
        """Return True: facts are the events."""
        return True


@contextmanager
def _translated_timeouts() -> Iterator[None]:
    """Raise what took too long as every engine does."""
    try:
        yield
    except client.ClickHouseTookTooLong:
        raise StatementTookTooLong from None
