"""Django's backend for SQLite, which waits for its turn to write in short steps."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import OperationalError
from django.db.backends.sqlite3 import base

from core.database_errors import is_waiting_for_a_writer
from core.questions import Question, Row

# A change takes about a millisecond. SQLite itself looks again after 1, 3, 8 and 18 of them, and so
# sleeps while nobody writes.
_SHORTEST, _LONGEST = 0.0001, 0.02
# Whoever has waited long need not look as often.
_SHARE_OF_THE_WAIT = 0.1


class DatabaseWrapper(base.DatabaseWrapper):
    def ask(self, statement: str, values: Sequence[object]) -> list[Row]:
        """Return the rows of a statement; the driver keeps the latest ones by itself.

        :raises DatabaseError: when it cannot be executed.
        """
        with self.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall()

    def tell(self, statement: str, values: Sequence[object]) -> Question:
        """Have a statement executed: at once, because there is no way to save.

        :raises DatabaseError: when it cannot be executed.
        """
        return Question(statement, values, self.ask(statement, values))

    def ask_along(self, statement: str, values: Sequence[object]) -> Question:
        """Have a statement that only reads asked: at once, and so before the next one."""
        return self.tell(statement, values)

    def rows_of(self, question: Question) -> list[Row]:
        """Return the rows of what was told."""
        return question.rows

    def _start_transaction_under_autocommit(self) -> None:
        began = time.monotonic()
        with self._failing_at_once():
            while True:
                try:
                    super()._start_transaction_under_autocommit()
                except OperationalError as error:
                    waited = time.monotonic() - began
                    if not is_waiting_for_a_writer(error) or waited >= self._patience:
                        raise
                    time.sleep(min(max(waited * _SHARE_OF_THE_WAIT, _SHORTEST), _LONGEST))
                else:
                    return

    @property
    def _patience(self) -> float:
        return float(self.settings_dict["OPTIONS"].get("timeout", 5))

    @contextmanager
    def _failing_at_once(self) -> Iterator[None]:
        self.connection.execute("PRAGMA busy_timeout = 0")
        try:
            yield
        finally:
            self.connection.execute(f"PRAGMA busy_timeout = {round(self._patience * 1000)}")
