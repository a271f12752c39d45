"""The one module that speaks to ClickHouse, by its HTTP interface and the library for it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, OperationalError, connections

from core.ops.request_turns import giving_way

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

Row = tuple[Any, ...]
# https://clickhouse.com/docs/native-protocol/errors: too slow, or more memory than it may have.
_TOO_MUCH = frozenset({158, 159, 160, 241, 307, 396})
# The server is busy, full, read-only, starting or stopping, or it does not let us in.
_AWAY = frozenset({76, 164, 192, 193, 194, 201, 202, 203, 209, 210, 225, 236, 242, 243, 252, 279,
                   285, 286, 319, 394, 425, 516, 999})  # fmt: skip
# Statements are written by us, but lists of values in filters may be long.
_QUERY_BYTES = 16 * 1024 * 1024
_CONNECT_SECONDS = 3
_ANSWER_SECONDS = 5
# Deletions and exports of much take long before the first byte.
_PATIENT_SECONDS = 3600
# As an acknowledged event must be: written to disk, together with those of other requests.
_ACKNOWLEDGED = {"async_insert": 1, "wait_for_async_insert": 1}


class ClickHouseUnavailable(OperationalError):
    """The server cannot be asked, or cannot keep anything."""


class ClickHouseTookTooLong(OperationalError):
    """A statement needed more time or memory than it may take."""


def rows(sql: str, *, seconds: int | None = None) -> list[Row]:
    """Return the rows of a SELECT.

    :raises ClickHouseTookTooLong: when it takes longer than so many seconds.
    :raises ClickHouseUnavailable: when the server does not answer.
    """
    with _translated_errors():
        found = _client().query(sql, settings=_settings(seconds)).result_rows
        return [tuple(row) for row in found]


@contextmanager
def stream(sql: str) -> Iterator[Iterator[Sequence[Any]]]:
    """Give the rows of a SELECT while they arrive; it may take any time.

    :raises ClickHouseUnavailable: when the server does not answer.
    """
    with (
        _translated_errors(),
        _client(is_patient=True).query_rows_stream(sql, settings=_settings(0)) as found,
    ):
        yield iter(found)


def insert(table: str, documents: Sequence[Mapping[str, object]]) -> None:
    """Store rows; they are on the server's disk when it returns.

    :raises ClickHouseUnavailable: when that is not known.
    """
    if not documents:
        return
    body = b"\n".join(orjson.dumps(each, option=orjson.OPT_NON_STR_KEYS) for each in documents)
    with _translated_errors():
        _client().raw_insert(
            table, list(documents[0]), body, settings=_ACKNOWLEDGED, fmt="JSONEachRow"
        )


def command(sql: str) -> None:
    """Carry out a statement that returns nothing, for as long as it takes.

    :raises ClickHouseUnavailable: when the server does not answer.
    """
    with _translated_errors():
        _client(is_patient=True).command(sql, settings=_settings(0))


def answers() -> bool:
    """Tell whether the server can be asked."""
    try:
        return rows("SELECT 1", seconds=_CONNECT_SECONDS) == [(1,)]
    except DatabaseError:
        return False


def create_database() -> None:
    """Create the database that EVENTS_URL names, unless it is there.

    :raises ClickHouseUnavailable: when the server does not answer.
    """
    name = urlsplit(settings.EVENTS_URL).path.strip("/") or "default"
    with _translated_errors():
        server = _connected(settings.EVENTS_URL, _PATIENT_SECONDS, database="default")
        server.command(f"CREATE DATABASE IF NOT EXISTS `{name}`")


@contextmanager
def _translated_errors() -> Iterator[None]:
    """Raise what the library raises as the errors of databases that everybody here knows."""
    library = _library()
    try:
        with _giving_way_unless_locked():
            yield
    except library.driver.exceptions.ClickHouseError as error:
        code = getattr(error, "code", None)
        if code in _TOO_MUCH:
            raise ClickHouseTookTooLong(str(error)) from error
        if code is None or code in _AWAY:
            raise ClickHouseUnavailable(str(error)) from error
        raise DatabaseError(str(error)) from error


def _giving_way_unless_locked() -> AbstractContextManager[None]:
    """Let other requests have their turn meanwhile, unless they may need locks that we hold."""
    holds = any(each.in_atomic_block for each in connections.all(initialized_only=True))
    return nullcontext() if holds else giving_way()


def _settings(seconds: int | None) -> dict[str, int]:
    limit = settings.RESULTS_STATEMENT_SECONDS if seconds is None else seconds
    return {
        "max_execution_time": limit,
        "join_use_nulls": 1,
        "max_query_size": _QUERY_BYTES,
        # As in SQL: an alias does not hide the column of its name.
        "prefer_column_name_to_alias": 1,
    }


def _client(*, is_patient: bool = False) -> "Client":
    seconds = _PATIENT_SECONDS if is_patient else settings.RESULTS_STATEMENT_SECONDS
    return _connected(settings.EVENTS_URL, seconds + _ANSWER_SECONDS)


@lru_cache(maxsize=4)
def _connected(url: str, seconds: int, database: str | None = None) -> "Client":
    """Return a client, whose connections all threads of the process share."""
    client: Client = _library().get_client(
        dsn=url,
        database=database,
        interface="https" if url.startswith("clickhouses:") else "http",
        connect_timeout=_CONNECT_SECONDS,
        send_receive_timeout=seconds,
        autogenerate_session_id=False,
        client_name="experiments",
    )
    return client


def _library() -> Any:
    try:
        # Only where it is used: a server without ClickHouse does not need the library.
        import clickhouse_connect  # noqa: PLC0415
    except ImportError:
        raise ImproperlyConfigured(
            "EVENTS_URL names ClickHouse, which needs the package clickhouse-connect."
        ) from None
    return clickhouse_connect
