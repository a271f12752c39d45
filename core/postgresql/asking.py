"""Statements that come again and again: planned once, and sent together where nobody waits.

A cursor of psycopg sends one statement at a time, and does much around it that these do not need.
So its wrapper of libpq is used here: what is asked together travels in one piece, and the server
works through it.
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

from core.questions import Question

# A statement and the types of its values: one that comes with other types is planned anew.
_Plan = tuple[str, tuple[int, ...]]

# So many plans does the server keep for one connection at most.
PLANS = 200
# What a plan shows has another type by now, or somebody has thrown all plans of a session away.
_OUTDATED = (psycopg.errors.FeatureNotSupported, psycopg.errors.InvalidSqlStatementName)
_PLACE = re.compile("%([s%])")


# What an answer is about: a question, a plan that was to be made, or a command.
_Answered = Question | _Plan | None


class _Dumped(NamedTuple):
    """A question as the server takes it."""

    question: Question
    values: Sequence[Buffer | None]
    types: tuple[int, ...]
    formats: Sequence[int]
    plan: _Plan


class Asking:
    """Asks questions on one connection."""

    def __init__(self, cursor: psycopg.Cursor, *, keeps_plans: bool) -> None:
        self.connection = cursor.connection
        self._libpq = cursor.connection.pgconn
        self._adapting = Transformer(cursor)
        self._keeps_plans = keeps_plans
        # The names of the plans; the one that was used last comes last.
        self._plans: OrderedDict[_Plan, bytes] = OrderedDict()
        self._names = (f"asked_{number}".encode() for number in count())

    def ask(
        self, questions: Sequence[Question], *, begins: bool = False, commits: bool = False
    ) -> None:
        """Have questions answered one after another, as a new transaction or as the end of one.

        :raises psycopg.Error: when one of them cannot be; nothing behind it is done then.
        """
        dumped = [self._dumped(question) for question in questions]
        try:
            if begins or commits or len(dumped) != 1 or dumped[0].plan not in self._plans:
                self._ask_together(dumped, begins=begins, commits=commits)
            else:
                self._send(dumped[0])
                for result in self.connection.wait(execute(self._libpq)):
                    self._take(dumped[0].question, result)
        except _OUTDATED:
            for one in dumped:
                self._plans.pop(one.plan, None)
            raise

    def _dumped(self, question: Question) -> _Dumped:
        adapting = self._adapting
        values = adapting.dump_sequence(question.values, [PyFormat.AUTO] * len(question.values))
        types = adapting.types
        return _Dumped(question, values, types, adapting.formats, (question.statement, types))

    def _ask_together(self, dumped: list[_Dumped], *, begins: bool, commits: bool) -> None:
        libpq = self._libpq
        libpq.enter_pipeline_mode()
        try:
            expected = self._send_all(dumped, begins=begins, commits=commits)
            results = self.connection.wait(_received(libpq, len(expected)))
        except BaseException:
            # Whoever asks next must not get these answers.
            self.connection.close()
            raise
        libpq.exit_pipeline_mode()
        for answered, result in zip(expected, results, strict=True):
            # Refused itself, or behind something that was.
            if isinstance(answered, tuple) and result.status != ExecStatus.COMMAND_OK:
                self._plans.pop(answered, None)
        for answered, result in zip(expected, results, strict=True):
            self._take(answered, result)

    def _send_all(
        self, all_dumped: list[_Dumped], *, begins: bool, commits: bool
    ) -> list[_Answered]:
        """Send everything, and return what each answer will be about."""
        expected: list[_Answered] = []
        if begins:
            expected += self._command(b"BEGIN")
        for dumped in all_dumped:
            if self._keeps_plans and dumped.plan not in self._plans:
                expected += self._make_plan(dumped)
            self._send(dumped)
            expected.append(dumped.question)
        if commits:
            expected += self._command(b"COMMIT")
        self._libpq.pipeline_sync()
        return expected

    def _command(self, statement: bytes) -> list[None]:
        self._libpq.send_query_params(statement, None)
        return [None]

    def _make_plan(self, dumped: _Dumped) -> list[_Answered]:
        expected: list[_Answered] = []
        if len(self._plans) >= PLANS:
            _plan, oldest = self._plans.popitem(last=False)
            # By a message, which a pooler that knows of plans understands; DEALLOCATE it would not.
            self._libpq.send_close_prepared(oldest)
            expected.append(None)
        name = self._plans[dumped.plan] = next(self._names)
        self._libpq.send_prepare(name, _numbered(dumped.question.statement), dumped.types)
        return [*expected, dumped.plan]

    def _send(self, dumped: _Dumped) -> None:
        if self._keeps_plans:
            self._plans.move_to_end(dumped.plan)
            self._libpq.send_query_prepared(self._plans[dumped.plan], dumped.values, dumped.formats)
        else:
            statement = _numbered(dumped.question.statement)
            self._libpq.send_query_params(statement, dumped.values, dumped.types, dumped.formats)

    def _take(self, answered: _Answered, result: PGresult) -> None:
        if result.status not in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
            raise error_from_result(result)
        if isinstance(answered, Question):
            self._adapting.set_pgresult(result)
            answered.rows = self._adapting.load_rows(0, result.ntuples, tuple)


def _received(libpq: PGconn, number: int) -> PQGen[list[PGresult]]:
    yield from send(libpq)
    results = []
    for _ in range(number):
        results += yield from fetch_many(libpq)
    # That all is answered is an answer as well.
    yield from fetch_many(libpq)
    return results


@cache
def _numbered(statement: str) -> bytes:
    """Return the statement with the server's places, $1 and so on, for the driver's."""
    numbers = count(1)
    return _PLACE.sub(
        lambda found: f"${next(numbers)}" if found[1] == "s" else "%", statement
    ).encode()
