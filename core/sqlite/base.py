"""Django's backend for SQLite, which waits for its turn to write in short steps."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError
from django.db.backends.sqlite3 import base

from core.database_errors import is_waiting_for_a_writer

# A change takes about a millisecond. SQLite itself looks again after 1, 3, 8 and 18 of them, and so
# sleeps while nobody writes.
_SHORTEST, _LONGEST = 0.0001, 0.02
# Whoever has waited long need not look as often.
_SHARE_OF_THE_WAIT = 0.1


class DatabaseWrapper(base.DatabaseWrapper):
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
