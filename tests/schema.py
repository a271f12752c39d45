"""The schema of test databases: migrated once, then copied.

Migrating an empty database takes longer than most runs of a few tests. The copy is named after
everything that a schema is made of, so that a changed migration or trigger makes a new one.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from core.management.commands.migrate import Command

ROOT = Path(__file__).parent.parent
_FOLDER = ROOT / "var" / "test-schemas"
_SOURCES = (
    "*/migrations/*.py",
    "*/models.py",
    "*/models/*.py",
    "core/db/**/*.py",
    "core/management/commands/migrate.py",
    "experiments_api/settings.py",
    "requirements*.lock",
)


def version() -> str:
    """Return a name of what the schema is made of."""
    paths = sorted({path for pattern in _SOURCES for path in ROOT.glob(pattern)})
    contents = b"\0".join(f"{path}".encode() + path.read_bytes() for path in paths)
    return sha256(contents).hexdigest()[:12]


@contextmanager
def copied() -> Iterator[None]:
    """Copy the schema into databases that are migrated meanwhile, all of them empty ones."""
    migrate, name = Command._migrate, version()
    kinds = {"sqlite": _File, "postgresql": _Template}
    copies = {each.alias: kinds[each.vendor](each, name) for each in connections.all()}

    def migrate_or_copy(self: Command, *args: Any, **options: Any) -> None:
        copy = copies[options["database"]]
        if not copy.fill():
            migrate(self, *args, **options)
            copy.keep()

    Command._migrate = migrate_or_copy
    try:
        yield
    finally:
        Command._migrate = migrate


class _File:
    """The copy of a SQLite database, in a file."""

    def __init__(self, connection: BaseDatabaseWrapper, name: str) -> None:
        self._connection = connection
        self._path = _FOLDER / f"{connection.alias}-{name}.sqlite3"

    def fill(self) -> bool:
        if not self._path.exists():
            return False
        self._connection.ensure_connection()
        with closing(sqlite3.connect(self._path)) as kept:
            kept.backup(self._connection.connection)
        return True

    def keep(self) -> None:
        _FOLDER.mkdir(parents=True, exist_ok=True)
        for old in _FOLDER.glob(f"{self._connection.alias}-*.sqlite3"):
            if old != self._path:
                old.unlink(missing_ok=True)
        # Another process may be doing the same.
        unfinished = self._path.with_suffix(f".{os.getpid()}")
        with closing(sqlite3.connect(unfinished)) as kept:
            self._connection.connection.backup(kept)
        unfinished.rename(self._path)


class _Template:
    """The copy of a PostgreSQL database, a template for `CREATE DATABASE`."""

    def __init__(self, connection: BaseDatabaseWrapper, name: str) -> None:
        self._connection = connection
        self._prefix = f"test_{connection.settings_dict['NAME']}_schema_"
        self._name = self._prefix + name
        with connection._nodb_cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self._name])
            self._is_there = cursor.fetchone() is not None
        if self._is_there:
            connection.settings_dict["TEST"]["TEMPLATE"] = self._name

    def fill(self) -> bool:
        # It was, when the database was created.
        return self._is_there

    def keep(self) -> None:
        database = self._connection.settings_dict["NAME"]
        # Nobody may be connected to what is copied.
        self._connection.close()
        with self._connection._nodb_cursor() as cursor:
            pattern = self._prefix.replace("_", r"\_") + "%"
            cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [pattern])
            outdated = [name for [name] in cursor.fetchall() if name != self._name]
            try:
                for name in outdated:
                    cursor.execute(f'DROP DATABASE "{name}"')
                cursor.execute(f'CREATE DATABASE "{self._name}" TEMPLATE "{database}"')
            except DatabaseError:
                # Another process does the same; the next run asks again.
                return
