"""Running the statements of results: where facts are, for so long at most."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import Error, OperationalError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from events.facts import facts_alias
from results.queries import Query
from results.services.analysis import NotComputable

Row = dict[str, float | None]

# How many steps of SQLite's machine pass between two looks at the clock.
_STEPS = 50_000


class TookTooLong(NotComputable):
    """Raised when a statement takes longer than results may."""

    default_code = "query_resource_limit_exceeded"

    def __init__(self) -> None:
        super().__init__(
            f"Computing this took longer than {settings.RESULTS_STATEMENT_SECONDS} seconds."
            " Shorten the experiment's dates or filters, or raise RESULTS_STATEMENT_SECONDS."
        )


def run(query: Query) -> list[Row]:
    """Return the rows of a query by column, all numbers as floats.

    :raises TookTooLong: when it takes longer than RESULTS_STATEMENT_SECONDS.
    """
    connection = connections[facts_alias()]
    with _limited(connection), connection.cursor() as cursor:
        # Without a list of parameters: the text may hold a percent sign.
        cursor.execute(query.text)
        rows = cursor.fetchall()
    return [
        {
            name: None if value is None else float(value)
            for name, value in zip(query.columns, row, strict=True)
        }
        for row in rows
    ]


@contextmanager
def _limited(connection: BaseDatabaseWrapper) -> Iterator[None]:
    limited = _by_progress if connection.vendor == "sqlite" else _by_server
    try:
        with limited(connection):
            yield
    except OperationalError as error:
        if _is_cancelled(error):
            raise TookTooLong from None
        raise


@contextmanager
def _by_server(connection: BaseDatabaseWrapper) -> Iterator[None]:
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        milliseconds = int(settings.RESULTS_STATEMENT_SECONDS * 1000)
        # Sorting a person's events in memory; the planner's compiler costs more than it gains here.
        cursor.execute(
            f"SET LOCAL statement_timeout = {milliseconds};"
            " SET LOCAL work_mem = '64MB'; SET LOCAL jit = off"
        )
        yield


@contextmanager
def _by_progress(connection: BaseDatabaseWrapper) -> Iterator[None]:
    connection.ensure_connection()
    deadline = time.monotonic() + settings.RESULTS_STATEMENT_SECONDS
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
