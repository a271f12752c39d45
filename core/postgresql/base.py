"""Django's backend for PostgreSQL, with an end to every wait."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import ClassVar

import psycopg
from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base
from psycopg import IsolationLevel
from psycopg.abc import RV, PQGen
from psycopg.pq import TransactionStatus

# A name that does not resolve or a host that swallows packets keeps a worker for the time to
# connect. So that the requests behind it need not wait as long each, they are refused at once
# for this many seconds.
PAUSE_AFTER_TIMEOUT = 1.0
_LIMITS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")


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

    def get_new_connection(self, conn_params: dict[str, object]) -> LimitedConnection:
        if monotonic() < DatabaseWrapper.pauses_until:
            raise psycopg.OperationalError("The last attempt to connect took too long.")
        self.isolation_level = IsolationLevel.READ_COMMITTED
        limit = conn_params.pop("answer_limit", None)
        keeps_plans = conn_params.pop("keeps_plans", False)
        if self.alias == NO_DB_ALIAS:
            # To create or to drop a whole database, as tests do, takes its time.
            limit, conn_params["options"] = None, "-c statement_timeout=0"
        try:
            connection = LimitedConnection.connect(**conn_params)
        except psycopg.errors.ConnectionTimeout:
            DatabaseWrapper.pauses_until = monotonic() + PAUSE_AFTER_TIMEOUT
            raise
        connection.limit = limit
        # Only for who asks for it (core.prepared): Django's own cursors put the values into the
        # text, so that no two statements are the same.
        connection.prepare_threshold = 0 if keeps_plans else None
        return connection

    def is_usable(self) -> bool:
        """Tell whether the server answers on this connection, within the time to connect."""
        if self.connection is None:
            return False
        with self._within_time_to_connect():
            return super().is_usable()

    def ask(self, question: str, values: Sequence[object]) -> list[tuple[object, ...]]:
        """Return what a short statement finds; it tells as well whether the connection is usable.

        :raises Error: when it is not, as soon as a health check would tell it.
        """
        with self.wrap_database_errors:
            self.ensure_connection()
            with self._within_time_to_connect(), psycopg.Cursor(self.connection) as cursor:
                rows = cursor.execute(question, values, prepare=True).fetchall()
        self.health_check_done = True
        return rows

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
        with self.cursor() as cursor:
            for name in _LIMITS:
                cursor.execute("SELECT set_config(%s, '0', false)", [name])
        self.connection.limit = None
        try:
            yield
        finally:
            # The next connection has its limits again.
            self.close()
