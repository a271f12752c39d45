"""Pipelined, prepared statements on one connection.

psycopg's cursor sends one statement per round trip. The statements of hot paths go through its
wrapper of libpq instead, so that several of them, with BEGIN and COMMIT, share one round trip.
"""

import re
from collections import OrderedDict
from collections.abc import Sequence
from functools import cache
from itertools import count
from typing import NamedTuple

import psycopg
from psycopg.abc import Buffer, PQGen
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.generators import execute, fetch_many, send
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn, PGresult

from core.db.statement import Statement

# The SQL and the types of its parameters: other types need another prepared statement.
_Key = tuple[str, tuple[int, ...]]

# The most prepared statements that one connection keeps.
PLANS = 200
# A prepared statement whose result type has changed, or that the session has deallocated.
OUTDATED = (psycopg.errors.FeatureNotSupported, psycopg.errors.InvalidSqlStatementName)
_PLACEHOLDER = re.compile("%([s%])")


# What a result belongs to: a statement, a PREPARE, or a command without rows.
_Expected = Statement | _Key | None


class _Dumped(NamedTuple):
    """A statement with its parameters in the form that the server takes."""

    statement: Statement
    values: Sequence[Buffer | None]
    types: tuple[int, ...]
    formats: Sequence[int]
    key: _Key


class PipelinedConnection:
    """Executes statements on one connection, several per round trip."""

    def __init__(self, cursor: psycopg.Cursor, *, keeps_plans: bool) -> None:
        self.connection = cursor.connection
        self._libpq = cursor.connection.pgconn
        self._transformer = Transformer(cursor)
        self._keeps_plans = keeps_plans
        # The names of the prepared statements, least recently used first.
        self._prepared: OrderedDict[_Key, bytes] = OrderedDict()
        self._names = (f"prepared_{number}".encode() for number in count())

    def execute(
        self, statements: Sequence[Statement], *, begins: bool = False, commits: bool = False
    ) -> None:
        """Execute statements one after another; they may begin a transaction or end it.

        :raises psycopg.Error: when one of them fails; those behind it are not executed. One of
            `OUTDATED` when the database has changed: outside a transaction nothing was executed,
            and the same call succeeds.
        """
        dumped = [self._dump(statement) for statement in statements]
        try:
            if begins or commits or len(dumped) != 1 or dumped[0].key not in self._prepared:
                self._execute_pipeline(dumped, begins=begins, commits=commits)
            else:
                self._send(dumped[0])
                for result in self.connection.wait(execute(self._libpq)):
                    self._take(dumped[0].statement, result)
        except OUTDATED:
            # What changed one result may have changed others: all are prepared anew, under new
            # names, so that whoever asks again succeeds.
            self._prepared.clear()
            raise

    def _dump(self, statement: Statement) -> _Dumped:
        transformer = self._transformer
        formats = [PyFormat.AUTO] * len(statement.values)
        values = transformer.dump_sequence(statement.values, formats)
        types = transformer.types or ()
        return _Dumped(statement, values, types, transformer.formats or (), (statement.sql, types))

    def _execute_pipeline(self, dumped: list[_Dumped], *, begins: bool, commits: bool) -> None:
        libpq = self._libpq
        libpq.enter_pipeline_mode()
        try:
            expected = self._send_all(dumped, begins=begins, commits=commits)
            results = self.connection.wait(_receive(libpq, len(expected)))
        except BaseException:
            # The results that are still on their way must not be taken for others.
            self.connection.close()
            raise
        libpq.exit_pipeline_mode()
        for source, result in zip(expected, results, strict=True):
            # A PREPARE that failed, or that was skipped behind a failure.
            if isinstance(source, tuple) and result.status != ExecStatus.COMMAND_OK:
                self._prepared.pop(source, None)
        for source, result in zip(expected, results, strict=True):
            self._take(source, result)

    def _send_all(
        self, all_dumped: list[_Dumped], *, begins: bool, commits: bool
    ) -> list[_Expected]:
        """Send everything, and return what each result will belong to."""
        expected: list[_Expected] = []
        if begins:
            expected += self._command(b"BEGIN")
        for dumped in all_dumped:
            if self._keeps_plans and dumped.key not in self._prepared:
                expected += self._prepare(dumped)
            self._send(dumped)
            expected.append(dumped.statement)
        if commits:
            expected += self._command(b"COMMIT")
        self._libpq.pipeline_sync()
        return expected

    def _command(self, sql: bytes) -> list[None]:
        self._libpq.send_query_params(sql, None)
        return [None]

    def _prepare(self, dumped: _Dumped) -> list[_Expected]:
        expected: list[_Expected] = []
        if len(self._prepared) >= PLANS:
            _key, oldest = self._prepared.popitem(last=False)
            # By a protocol message: poolers that track prepared statements do not read DEALLOCATE.
            self._libpq.send_close_prepared(oldest)
            expected.append(None)
        name = self._prepared[dumped.key] = next(self._names)
        self._libpq.send_prepare(name, _numbered(dumped.statement.sql), dumped.types)
        return [*expected, dumped.key]

    def _send(self, dumped: _Dumped) -> None:
        if self._keeps_plans:
            self._prepared.move_to_end(dumped.key)
            name = self._prepared[dumped.key]
            self._libpq.send_query_prepared(name, dumped.values, dumped.formats)
        else:
            sql = _numbered(dumped.statement.sql)
            self._libpq.send_query_params(sql, dumped.values, dumped.types, dumped.formats)

    def _take(self, source: _Expected, result: PGresult) -> None:
        if result.status not in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
            raise error_from_result(result)
        if isinstance(source, Statement):
            self._transformer.set_pgresult(result)
            source.rows = self._transformer.load_rows(0, result.ntuples, tuple)


def _receive(libpq: PGconn, number: int) -> PQGen[list[PGresult]]:
    yield from send(libpq)
    results = []
    for _ in range(number):
        results += yield from fetch_many(libpq)
    # The result of the pipeline's sync.
    yield from fetch_many(libpq)
    return results


@cache
def _numbered(sql: str) -> bytes:
    """Return the SQL with the server's placeholders, $1 and so on, in place of the driver's."""
    numbers = count(1)
    return _PLACEHOLDER.sub(
        lambda found: f"${next(numbers)}" if found[1] == "s" else "%", sql
    ).encode()
