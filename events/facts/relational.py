"""Facts in a table that follows the events by watermarks: SQLite and PostgreSQL."""

import logging
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from typing import Any

from django.db import Error, OperationalError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from events.facts.catch_up import catch_up, generations_up_to
from events.facts.definitions import SourceDefinition
from events.facts.extraction import text_of_value
from events.facts.interface import StatementTookTooLong, Watermark
from events.facts.sources import (
    count_facts,
    delete_facts_before,
    delete_sources_but,
    generations_of,
    get_or_create_sources,
    keep_wanted_sources,
    newest_merge_seen,
    rebuild,
    sources_by_project,
)
from events.facts.wanted import wanted_sources
from events.facts.watermarks import watermark
from events.models import Event
from events.numbers import stable_number
from events.routers import facts_alias

_logger = logging.getLogger(__name__)

_TABLE = "results_exposed"
# How many steps of SQLite's machine pass between two looks at the clock.
_STEPS = 50_000


class RelationalFacts:
    """The engine over the table of facts; see `FactsEngine`."""

    counted: str = "sources"
    reads_cohorts: bool = True

    def watermark(self, project_id: int) -> Watermark:
        return watermark(project_id)

    def contains(self, reached: Watermark, wanted: Watermark) -> bool:
        return reached.event >= wanted.event and reached.merge >= wanted.merge

    def ready(
        self, project_id: int, definitions: Sequence[SourceDefinition]
    ) -> "ReadyRelationalFacts":
        ids = get_or_create_sources(project_id, definitions)
        generations = generations_up_to(watermark(project_id), project_id, ids)
        return ReadyRelationalFacts(project_id, ids, generations)

    def keep_up(self, *, now: datetime) -> int:
        wanted = wanted_sources()
        if wanted is not None:
            keep_wanted_sources(wanted, now=now)
        count, failures = 0, []
        for project_id, sources in sources_by_project().items():
            try:
                catch_up(project_id, sources)
            except Exception as error:
                _logger.exception("Facts of project %s could not be derived.", project_id)
                failures.append(error)
            count += len(sources)
        if failures:
            raise failures[0]
        return count

    def follow(self, project_id: int) -> None:
        for sources in sources_by_project(project_id=project_id).values():
            catch_up(project_id, sources)

    def newest_merge_seen(self, project_id: int) -> int:
        return newest_merge_seen(project_id)

    def rebuild(self, project_id: int | None) -> int:
        count = 0
        for each, sources in sources_by_project(project_id=project_id).items():
            rebuild(each)
            catch_up(each, sources)
            count += len(sources)
        return count

    def delete_before(self, before: int) -> set[int]:
        return delete_facts_before(before=before)

    def keep_only(self, projects: Callable[[], Collection[int]]) -> None:
        delete_sources_but(projects)


class ReadyRelationalFacts:
    """Facts that are caught up; see `ReadyFacts`."""

    is_indexed: bool = True

    def __init__(self, project_id: int, ids: Sequence[int], generations: Mapping[int, int]) -> None:
        self._project_id = project_id
        self._generations = generations
        self.ids = ids

    def rows(self, text: str, *, seconds: int) -> list[tuple[Any, ...]]:
        connection = connections[facts_alias()]
        with _limited(connection, seconds), connection.cursor() as cursor:
            # Without a list of parameters: the text may hold a percent sign.
            cursor.execute(text)
            return list(cursor.fetchall())

    @contextmanager
    def stored(self, parts: Sequence[tuple[str, str]], *, seconds: int) -> Iterator[str]:
        named = ", ".join(f"{name} AS ({body})" for name, body in parts)
        connection = connections[facts_alias()]
        is_postgresql = connection.vendor == "postgresql"
        # In one transaction where a pooler may change the connection between two; SQLite would
        # lock the facts for others meanwhile, and its connection is our own.
        with _transaction(is_needed=is_postgresql):
            with _limited(connection, seconds), connection.cursor() as cursor:
                cursor.execute(f"DROP TABLE IF EXISTS {_TABLE}")
                cursor.execute(
                    f"CREATE TEMP TABLE {_TABLE} AS WITH {named} SELECT * FROM {parts[-1][0]}"
                )
                cursor.execute(f"CREATE INDEX {_TABLE}_by_person ON {_TABLE} (who)")
                if is_postgresql:
                    cursor.execute(f"ANALYZE {_TABLE}")
            try:
                yield _TABLE
            finally:
                with connection.cursor() as cursor:
                    cursor.execute(f"DROP TABLE IF EXISTS {_TABLE}")

    def texts(
        self, source: int, name: str, numbers: Collection[int], *, seconds: int
    ) -> dict[int, str]:
        connection = connections[facts_alias()]
        with _limited(connection, seconds), connection.cursor() as cursor:
            cursor.execute(
                "SELECT value, MIN(event) FROM events_fact"
                f" WHERE source = {source} AND value IN ({', '.join(map(str, numbers))})"
                " GROUP BY value"
            )
            events = {int(event): int(value) for value, event in cursor.fetchall()}
        rows = Event.objects.filter(project_id=self._project_id, pk__in=events)
        texts = {}
        for event, properties in rows.values_list("id", "properties"):
            text = text_of_value(properties.get(name))
            if stable_number(text) == events[event]:
                texts[events[event]] = text
        return texts

    def count(self, *, seconds: int) -> int:
        with _limited(connections[facts_alias()], seconds):
            return count_facts(self.ids)

    def were_whole(self) -> bool:
        return generations_of(self.ids) == self._generations


def _transaction(*, is_needed: bool) -> AbstractContextManager[None]:
    return transaction.atomic(using=facts_alias()) if is_needed else nullcontext()


@contextmanager
def _limited(connection: BaseDatabaseWrapper, seconds: int) -> Iterator[None]:
    limited = _by_progress if connection.vendor == "sqlite" else _by_server
    try:
        with limited(connection, seconds):
            yield
    except OperationalError as error:
        if _is_cancelled(error):
            raise StatementTookTooLong from None
        raise


@contextmanager
def _by_server(connection: BaseDatabaseWrapper, seconds: int) -> Iterator[None]:
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        # Sorting a person's events in memory; the planner's compiler costs more than it gains here.
        cursor.execute(
            f"SET LOCAL statement_timeout = {int(seconds * 1000)};"
            " SET LOCAL work_mem = '64MB'; SET LOCAL jit = off"
        )
        yield


@contextmanager
def _by_progress(connection: BaseDatabaseWrapper, seconds: int) -> Iterator[None]:
    connection.ensure_connection()
    deadline = time.monotonic() + seconds
    handle = connection.connection
    handle.set_progress_handler(lambda: int(time.monotonic() > deadline), _STEPS)
    try:
        yield
    finally:
        handle.set_progress_handler(None, 0)


def _is_cancelled(error: Error) -> bool:
    cause = error.__cause__
    code = getattr(cause, "sqlstate", None)
    return code == "57014" or "interrupted" in str(cause)
