"""Django's backend for PostgreSQL, with time limits and pipelined statements."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from time import monotonic
from typing import Any, ClassVar

import psycopg
from django.db import Error
from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base
from django.db.backends.utils import (  # type: ignore[attr-defined]
    CursorDebugWrapper,
    debug_transaction,
)
from psycopg import IsolationLevel
from psycopg.pq import TransactionStatus

from core.db.postgresql.connections import LimitedConnection, is_direct
from core.db.postgresql.pipeline import OUTDATED, PipelinedConnection
from core.db.statement import Row, Statement

# A name that does not resolve or a host that swallows packets keeps a worker for the time to
# connect. So that the requests behind it need not wait as long each, they are refused at once
# for this many seconds.
PAUSE_AFTER_TIMEOUT = 1.0
LIMITS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
# Of two options with one name the last one counts.
_NO_LIMITS = "".join(f" -c {name}=0" for name in LIMITS)
_NOT_LOGGED = nullcontext()


class DatabaseWrapper(base.DatabaseWrapper):
    pauses_until: ClassVar[float] = 0.0
    has_limits = True
    _pipeline: PipelinedConnection | None = None
    # Statements that travel with the next one.
    _queued: Sequence[Statement] = ()

    def get_new_connection(self, conn_params: dict[str, Any]) -> LimitedConnection:
        if monotonic() < DatabaseWrapper.pauses_until:
            raise psycopg.OperationalError("The last attempt to connect took too long.")
        self.isolation_level = IsolationLevel.READ_COMMITTED
        limit = conn_params.pop("answer_limit", None)
        keeps_plans = conn_params.pop("keeps_plans", None)
        if self.alias == NO_DB_ALIAS:
            # To create or to drop a whole database, as tests do, takes its time.
            limit, conn_params["options"] = None, "-c statement_timeout=0"
        elif not self.has_limits:
            limit, conn_params["options"] = None, conn_params["options"] + _NO_LIMITS
        try:
            connection = LimitedConnection.connect(**conn_params)
            direct = is_direct(connection, float(conn_params["connect_timeout"]))
        except psycopg.errors.ConnectionTimeout:
            DatabaseWrapper.pauses_until = monotonic() + PAUSE_AFTER_TIMEOUT
            raise
        connection.limit = limit
        connection.keeps_plans = direct if keeps_plans is None else keeps_plans
        return connection

    def create_cursor(self, name: str | None = None) -> psycopg.Cursor:
        if self._queued:
            self._send()
        cursor: psycopg.Cursor = super().create_cursor(name)
        return cursor

    def is_usable(self) -> bool:
        """Tell whether the server answers on this connection, within the time to connect."""
        if self.connection is None:
            return False
        with self._within_time_to_connect():
            return super().is_usable()

    def fetch(self, sql: str, values: Sequence[object]) -> list[Row]:
        """Execute a prepared statement, after the queued ones, and return its rows.

        The first statement of a request is the health check as well: when the connection turns out
        to be dead, it is sent again on a new one.

        :raises DatabaseError: when it, or a queued statement, cannot be executed.
        """
        statement = Statement(sql, values)
        self._execute(statement)
        return statement.fetched

    def queue(self, sql: str, values: Sequence[object]) -> Statement:
        """Queue a statement for the next round trip or COMMIT; its error surfaces there.

        Outside a transaction it is executed at once.
        """
        self.validate_no_broken_transaction()
        statement = Statement(sql, values)
        if self.in_atomic_block:
            self._queued = (*self._queued, statement)
        else:
            statement.rows = self.fetch(sql, values)
        return statement

    def queue_read(self, sql: str, values: Sequence[object]) -> Statement:
        """Queue a statement that only reads for the next round trip, in a transaction or not."""
        statement = Statement(sql, values)
        self._queued = (*self._queued, statement)
        return statement

    def result(self, statement: Statement) -> list[Row]:
        """Return the rows of a queued statement; execute the queue if nothing has since.

        :raises DatabaseError: when it, or a statement queued before it, cannot be executed.
        """
        if statement.rows is None:
            # A lost connection has lost its queue, too.
            self._execute(*(() if statement in self._queued else (statement,)))
        return statement.fetched

    def _execute(self, *statements: Statement) -> None:
        self.validate_no_broken_transaction()
        if self.connection is not None and (self.health_check_done or self.in_atomic_block):
            self._send(*statements)
        else:
            self._execute_first(*statements)

    def _execute_first(self, *statements: Statement) -> None:
        # Emptied first: the queue must not grow while nobody can connect.
        statements, self._queued = (*self._queued, *statements), ()
        self.ensure_connection()
        try:
            with self._within_time_to_connect():
                self._send(*statements)
        except Error:
            if self.connection is not None and not self.connection.closed:
                raise
            self.close()
            self.ensure_connection()
            self._send(*statements)
        finally:
            self.health_check_done = True

    def _send(self, *statements: Statement, commits: bool = False) -> None:
        statements, self._queued = (*self._queued, *statements), ()
        if self._pipeline is None or self._pipeline.connection is not self.connection:
            self._pipeline = PipelinedConnection(
                psycopg.Cursor(self.connection),
                keeps_plans=self.connection.keeps_plans,
            )
        begins = not self.autocommit and not self._has_begun()
        with self.wrap_database_errors, self._logged(statements):
            try:
                self._pipeline.execute(statements, begins=begins, commits=commits)
            except OUTDATED:
                if begins or commits or self._has_begun():
                    raise
                # Somebody has changed a column. Nothing of it was done: ask again.
                self._pipeline.execute(statements)

    def _has_begun(self) -> bool:
        return bool(self.connection.pgconn.transaction_status != TransactionStatus.IDLE)

    def _logged(self, statements: Sequence[Statement]) -> AbstractContextManager[object]:
        if not self.queries_logged:
            return _NOT_LOGGED
        logging = ExitStack()
        for statement in reversed(statements):
            params: list[Any] = [*statement.values]
            shown = self.ops.compose_sql(statement.sql, statement.values)
            logging.enter_context(CursorDebugWrapper(None, self).debug_sql(shown, params))
        return logging

    def _commit(self) -> None:
        if not self._queued:
            super()._commit()  # type: ignore[misc]
            return
        with debug_transaction(self, "COMMIT"):
            self._send(commits=True)

    def _rollback(self) -> None:
        self._queued = ()
        super()._rollback()  # type: ignore[misc]

    def _close(self) -> None:
        self._queued = ()
        super()._close()  # type: ignore[misc]

    @contextmanager
    def _within_time_to_connect(self) -> Iterator[None]:
        # Kept by name: whoever tries it may put another one in its place, or none.
        connection = self.connection
        limit = connection.limit
        connection.limit = float(self.settings_dict["OPTIONS"]["connect_timeout"])
        try:
            yield
        finally:
            connection.limit = limit

    @contextmanager
    def without_limits(self) -> Iterator[None]:
        """Let statements take their time, such as those of migrations."""
        if self.in_atomic_block:
            # This connection cannot be replaced by one that has limits.
            yield
            return
        # A new connection without limits: behind a pooler, SET would stay for other clients.
        self.close()
        self.has_limits = False
        try:
            yield
        finally:
            # The next connection has its limits again.
            self.has_limits = True
            self.close()
