"""Lock so that only one process prepares a database at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection

# Any number that no other program takes for a lock in this database.
_PREPARING = 7_203_157_101


@contextmanager
def preparing_alone() -> Iterator[None]:
    """Wait until nobody else prepares this database, and keep others from it meanwhile."""
    taking_turns = _in_postgresql if connection.vendor == "postgresql" else _in_sqlite
    with taking_turns():
        yield


@contextmanager
def _in_postgresql() -> Iterator[None]:
    # By a connection of its own: migrations replace theirs. In a transaction, as poolers need it.
    other: Any = connection.copy()
    other.has_limits = False
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_PREPARING])
        yield
        other.rollback()
    finally:
        other.close()


@contextmanager
def _in_sqlite() -> Iterator[None]:
    name = str(connection.settings_dict["NAME"])
    if connection.is_in_memory_db():  # type: ignore[attr-defined]
        yield
        return
    path = Path(f"{name}.preparing")
    file = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)
