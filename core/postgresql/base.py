"""Django's backend for PostgreSQL, with an end to every wait."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from time import monotonic
from typing import ClassVar

import psycopg
from django.db import Error
from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base
from django.db.backends.utils import CursorDebugWrapper
from psycopg import IsolationLevel
from psycopg.abc import RV, PQGen
from psycopg.pq import TransactionStatus
from psycopg.types.datetime import TimestamptzLoader

# A name that does not resolve or a host that swallows packets keeps a worker for the time to
# connect. So that the requests behind it need not wait as long each, they are refused at once
# for this many seconds.
PAUSE_AFTER_TIMEOUT = 1.0
LIMITS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
# Of two options with one name the last one counts.
_NO_LIMITS = "".join(f" -c {name}=0" for name in LIMITS)
_NOT_LOGGED = nullcontext()

Row = tuple[object, ...]


class LimitedConnection(psycopg.Connection):
    """A connection that gives up when the server does not answer at all.

    The server's own limits end what takes long. They are of no use when it is frozen, or when a
    network swallows what it says.
    """

    limit: float | None = None

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        try:
            return super().wait(gen, interval, timeout or self.limit)
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                # An answer may still come, to a question that nobody asks any more.
                self.close()
            raise


class DatabaseWrapper(base.DatabaseWrapper):
    pauses_until: ClassVar[float] = 0.0
    has_limits = True
    _asking: psycopg.Cursor | None = None

    def get_new_connection(self, conn_params: dict[str, object]) -> LimitedConnection:
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
            is_direct = _is_direct(connection, float(conn_params["connect_timeout"]))
        except psycopg.errors.ConnectionTimeout:
            DatabaseWrapper.pauses_until = monotonic() + PAUSE_AFTER_TIMEOUT
            raise
        connection.limit = limit
        if keeps_plans is None:
            keeps_plans = is_direct
        # Only for who asks for it (core.prepared): Django's own cursors put the values into the
        # text, so that no two statements are the same.
        connection.prepare_threshold = 0 if keeps_plans else None
        return connection

    def create_cursor(self, name: str | None = None) -> psycopg.Cursor:
        return _with_quick_moments(super().create_cursor(name))

    def is_usable(self) -> bool:
        """Tell whether the server answers on this connection, within the time to connect."""
        if self.connection is None:
            return False
        with self._within_time_to_connect():
            return super().is_usable()

    def ask(self, statement: str, values: Sequence[object]) -> list[Row]:
        """Return the rows of a statement that comes again and again, but for its values.

        The values travel beside the statement, and the server keeps it with its plan. The first
        question of a request is the health check as well: what a dead connection could not answer,
        a new one is asked.

        :raises DatabaseError: when it cannot be executed.
        """
        self.validate_no_broken_transaction()
        if self.connection is not None and (self.health_check_done or self.in_atomic_block):
            return self._answer(statement, values)
        self.ensure_connection()
        try:
            with self._within_time_to_connect():
                return self._answer(statement, values)
        except Error:
            if not self.connection.closed:
                raise
            self.close()
            self.ensure_connection()
            return self._answer(statement, values)
        finally:
            self.health_check_done = True

    def _answer(self, statement: str, values: Sequence[object]) -> list[Row]:
        cursor = self._asking
        if cursor is None or cursor.connection is not self.connection:
            cursor = self._asking = _with_quick_moments(psycopg.Cursor(self.connection))
        with self.wrap_database_errors, self._logged(statement, values):
            cursor.execute(statement, values, prepare=True)
            return cursor.fetchall() if cursor.pgresult.nfields else []

    def _logged(self, statement: str, values: Sequence[object]) -> AbstractContextManager[None]:
        if not self.queries_logged:
            return _NOT_LOGGED
        shown = self.ops.compose_sql(statement, values)
        return CursorDebugWrapper(self._asking, self).debug_sql(shown, values)

    @contextmanager
    def _within_time_to_connect(self) -> Iterator[None]:
        limit = self.connection.limit
        self.connection.limit = float(self.settings_dict["OPTIONS"]["connect_timeout"])
        try:
            yield
        finally:
            self.connection.limit = limit

    @contextmanager
    def without_limits(self) -> Iterator[None]:
        """Let statements take their time, such as those of migrations."""
        if self.in_atomic_block:
            # This connection cannot be replaced by one that has limits.
            yield
            return
        # By a connection that begins so. One that is told later may belong to others afterwards,
        # when a pooler hands it on.
        self.close()
        self.has_limits = False
        try:
            yield
        finally:
            # The next connection has its limits again.
            self.has_limits = True
            self.close()


def _with_quick_moments(cursor: psycopg.Cursor) -> psycopg.Cursor:
    # Django's own loader does in Python what this one does in C. Both tell it in UTC, which is the
    # time zone of every connection.
    cursor.adapters.register_loader("timestamptz", TimestamptzLoader)
    return cursor


def _is_direct(connection: LimitedConnection, limit: float) -> bool:
    """Tell whether the process that answers is the one that the connection was made to.

    A pooler says another number. It may have the next question answered by another process, which
    knows by the same name a statement of somebody else, or none.

    :raises ConnectionTimeout: when nobody answers, however fast a pooler took the connection.
    """
    connection.autocommit, connection.limit = True, limit
    deadline = monotonic() + limit
    try:
        [(answering,)] = connection.execute("SELECT pg_backend_pid()").fetchall()
    except psycopg.OperationalError as error:
        connection.close()
        if monotonic() < deadline:
            raise
        raise psycopg.errors.ConnectionTimeout(str(error)) from error
    return bool(answering == connection.info.backend_pid)
