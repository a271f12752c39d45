"""Django's backend for PostgreSQL, with an end to every wait."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from time import monotonic
from typing import ClassVar

import psycopg
from django.db import Error
from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base
from django.db.backends.utils import CursorDebugWrapper, debug_transaction
from psycopg import IsolationLevel
from psycopg.pq import TransactionStatus
from psycopg.types.datetime import TimestamptzLoader

from core.postgresql.asking import Asking
from core.postgresql.connections import LimitedConnection, is_direct
from core.questions import Question, Row

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
    _asking: Asking | None = None
    # What the next statement takes along.
    _told: Sequence[Question] = ()

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
            direct = is_direct(connection, float(conn_params["connect_timeout"]))
        except psycopg.errors.ConnectionTimeout:
            DatabaseWrapper.pauses_until = monotonic() + PAUSE_AFTER_TIMEOUT
            raise
        connection.limit = limit
        connection.keeps_plans = direct if keeps_plans is None else keeps_plans
        return connection

    def create_cursor(self, name: str | None = None) -> psycopg.Cursor:
        if self._told:
            self._answer()
        return _with_quick_moments(super().create_cursor(name))

    def is_usable(self) -> bool:
        """Tell whether the server answers on this connection, within the time to connect."""
        if self.connection is None:
            return False
        with self._within_time_to_connect():
            return super().is_usable()

    def ask(self, statement: str, values: Sequence[object]) -> list[Row]:
        """Return the rows of a statement that comes again and again, but for its values.

        The first question of a request is the health check as well: what a dead connection could
        not answer, a new one is asked.

        :raises DatabaseError: when it, or what had to come before it, cannot be executed.
        """
        question = Question(statement, values)
        self._have_answered(question)
        return question.rows

    def tell(self, statement: str, values: Sequence[object]) -> Question:
        """Have a statement executed before the next one of the transaction, and before its end.

        It travels together with what comes next; whoever asks that, or commits, gets to know when
        it cannot be executed.
        """
        self.validate_no_broken_transaction()
        question = Question(statement, values)
        if self.in_atomic_block:
            self._told = (*self._told, question)
        else:
            question.rows = self.ask(statement, values)
        return question

    def ask_along(self, statement: str, values: Sequence[object]) -> Question:
        """Have a statement that only reads asked with the next one, in a transaction or not."""
        question = Question(statement, values)
        self._told = (*self._told, question)
        return question

    def rows_of(self, question: Question) -> list[Row]:
        """Return the rows of what was told; they are waited for where nothing was asked since.

        :raises DatabaseError: when it, or what was told before it, cannot be executed.
        """
        if question.rows is None:
            # With a connection that was lost it was forgotten.
            self._have_answered(*(() if question in self._told else (question,)))
        return question.rows

    def _have_answered(self, *asked: Question) -> None:
        self.validate_no_broken_transaction()
        if self.connection is not None and (self.health_check_done or self.in_atomic_block):
            self._answer(*asked)
        else:
            self._answer_first(*asked)

    def _answer_first(self, *asked: Question) -> None:
        # Taken along once: while nobody can connect, nothing may pile up.
        questions, self._told = (*self._told, *asked), ()
        self.ensure_connection()
        try:
            with self._within_time_to_connect():
                self._answer(*questions)
        except Error:
            if not self.connection.closed:
                raise
            self.close()
            self.ensure_connection()
            self._answer(*questions)
        finally:
            self.health_check_done = True

    def _answer(self, *asked: Question, commits: bool = False) -> None:
        questions, self._told = (*self._told, *asked), ()
        if self._asking is None or self._asking.connection is not self.connection:
            self._asking = Asking(
                _with_quick_moments(psycopg.Cursor(self.connection)),
                keeps_plans=self.connection.keeps_plans,
            )
        begins = not self.autocommit and not self._has_begun()
        with self.wrap_database_errors, self._logged(questions):
            self._asking.ask(questions, begins=begins, commits=commits)

    def _has_begun(self) -> bool:
        return self.connection.pgconn.transaction_status != TransactionStatus.IDLE

    def _logged(self, questions: Sequence[Question]) -> AbstractContextManager[None]:
        if not self.queries_logged:
            return _NOT_LOGGED
        logging = ExitStack()
        for question in reversed(questions):
            shown = self.ops.compose_sql(question.statement, question.values)
            logging.enter_context(CursorDebugWrapper(None, self).debug_sql(shown, question.values))
        return logging

    def _commit(self) -> None:
        if not self._told:
            super()._commit()
            return
        with debug_transaction(self, "COMMIT"):
            self._answer(commits=True)

    def _rollback(self) -> None:
        self._told = ()
        super()._rollback()

    def _close(self) -> None:
        self._told = ()
        super()._close()

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
