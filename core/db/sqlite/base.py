"""Django's backend for SQLite, which waits for the write lock in short steps."""

import os
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, cast

from django.db import OperationalError
from django.db.backends.sqlite3 import base

from core.db.errors import is_waiting_for_a_writer
from core.db.folding import FUNCTION, fold_value
from core.db.statement import Row, Statement

_PRIVATE = 0o600
# SQLite makes these when it needs them, with the permissions that the file has then.
_COMPANIONS = ("", "-wal", "-shm", "-journal")
# A change takes about a millisecond. SQLite itself looks again after 1, 3, 8 and 18 of them, and so
# sleeps while nobody writes.
_SHORTEST, _LONGEST = 0.0001, 0.02
# A long wait is polled less often.
_SHARE_OF_THE_WAIT = 0.1


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Open the database, with a function that folds the case of all letters, not of A to Z.

        Its files are for their owner only.
        """
        if not self.is_in_memory_db():
            _make_private(str(self.settings_dict["NAME"]))
        connection = super().get_new_connection(conn_params)
        connection.create_function(FUNCTION, 1, fold_value, deterministic=True)
        return connection

    def fetch(self, sql: str, values: Sequence[object]) -> list[Row]:
        """Execute a statement and return its rows; the driver caches prepared statements.

        :raises DatabaseError: when it cannot be executed.
        """
        with self.cursor() as cursor:
            cursor.execute(sql, cast("Sequence[Any]", values))
            rows: list[Row] = cursor.fetchall()
            return rows

    def queue(self, sql: str, values: Sequence[object]) -> Statement:
        """Execute a statement at once: SQLite has no round trips to save.

        :raises DatabaseError: when it cannot be executed.
        """
        return Statement(sql, values, self.fetch(sql, values))

    def queue_read(self, sql: str, values: Sequence[object]) -> Statement:
        """Execute a statement that only reads, at once."""
        return self.queue(sql, values)

    def result(self, statement: Statement) -> list[Row]:
        """Return the rows of a statement that was queued, and so executed."""
        return statement.fetched

    def _start_transaction_under_autocommit(self) -> None:
        began = time.monotonic()
        with self._failing_at_once():
            while True:
                try:
                    super()._start_transaction_under_autocommit()  # type: ignore[misc]
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


def _make_private(name: str) -> None:
    path = Path(name)
    # A URI names a file in a way of its own, and a folder that is missing is told of when opened.
    if name.startswith("file:") or not path.parent.is_dir():
        return
    with suppress(FileExistsError, PermissionError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _PRIVATE))
    for suffix in _COMPANIONS:
        companion = Path(f"{name}{suffix}")
        # What belongs to somebody else stays as it is.
        with suppress(FileNotFoundError, PermissionError):
            if stat.S_IMODE(companion.stat().st_mode) & ~_PRIVATE:
                companion.chmod(_PRIVATE)
