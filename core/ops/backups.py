"""Copies of one SQLite database, made and brought back while the server runs."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from core.exceptions import RuleBroken

_PATIENCE = 30.0


class BackupRefused(RuleBroken):
    """Raised for a backup that cannot be made, or cannot be trusted."""


def back_up(connection: BaseDatabaseWrapper, *, path: Path) -> None:
    """Copy the database, as it is at one moment, into a new file that only the owner can read.

    :raises BackupRefused: when it is no SQLite database, or the file cannot be made.
    """
    source = _opened(connection)
    partial = path.with_name(f"{path.name}.partial")
    try:
        with _reserved(path), _reserved(partial):
            with closing(sqlite3.connect(partial)) as copy:
                _copy(source, copy)
                # One file, without companions.
                copy.execute("PRAGMA journal_mode=DELETE")
                _check_sound(copy, path)
            _flush(partial)
            partial.replace(path)
    except (OSError, sqlite3.Error) as error:
        raise BackupRefused(f"{path} could not be written: {error}.") from None


def check_backup(path: Path) -> int:
    """Return how many migrations a backup lacks.

    :raises BackupRefused: when it is damaged, newer than this program or no backup.
    """
    try:
        with closing(_read_only(path)) as source:
            _check_sound(source, path)
            return _missing_migrations(source, path)
    except sqlite3.Error as error:
        raise BackupRefused(f"{path} could not be restored: {error}.") from None


def restore(connection: BaseDatabaseWrapper, *, path: Path) -> None:
    """Make the database what a checked backup says.

    Whoever uses the database meanwhile sees all of it as it was before, or all of it as it is then.

    :raises BackupRefused: when it cannot be read or written.
    """
    target = _opened(connection)
    try:
        with closing(_read_only(path)) as source:
            _copy(source, target)
    except sqlite3.Error as error:
        raise BackupRefused(f"{path} could not be restored: {error}.") from None


def put_aside(connection: BaseDatabaseWrapper, *, now: datetime) -> Path:
    """Back a database up beside itself, and return the file.

    :raises BackupRefused: when that cannot be done.
    """
    name = f"{connection.settings_dict['NAME']}.before-restore-{now:%Y%m%dT%H%M%SZ}"
    back_up(connection, path=Path(name))
    return Path(name)


def empty(connection: BaseDatabaseWrapper) -> None:
    """Delete every row of a database but what says which migrations it has."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table != MigrationRecorder.Migration._meta.db_table:  # noqa: SLF001
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def _opened(connection: BaseDatabaseWrapper) -> sqlite3.Connection:
    if connection.vendor != "sqlite":
        raise BackupRefused(
            "This is for SQLite. Use pg_dump and pg_restore for PostgreSQL: docs/operations.md."
        )
    connection.ensure_connection()
    opened: sqlite3.Connection = connection.connection
    return opened


def _copy(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    source.backup(target, progress=_impatience(), sleep=0.05)


def _impatience() -> Callable[[int, int, int], None]:
    deadline = time.monotonic() + _PATIENCE

    def check(status: int, remaining: int, total: int) -> None:
        # Without this a copy would wait for ever for somebody who writes for ever.
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > deadline:
            raise BackupRefused("The database is in use. Stop what uses it, then try again.")

    return check


def _check_sound(database: sqlite3.Connection, path: Path) -> None:
    [(verdict,)] = database.execute("PRAGMA integrity_check(1)").fetchall()
    if verdict != "ok":
        raise BackupRefused(f"{path} is damaged: {verdict}.")
    if strays := database.execute("PRAGMA foreign_key_check").fetchall():
        raise BackupRefused(f"{path} is damaged: {len(strays)} rows refer to what is not there.")


def _missing_migrations(source: sqlite3.Connection, path: Path) -> int:
    known = set(MigrationLoader(None).disk_migrations)
    tables = {name for (name,) in source.execute("SELECT name FROM sqlite_master")}
    if "django_migrations" not in tables:
        raise BackupRefused(f"{path} is no backup of this server.")
    applied = set(source.execute("SELECT app, name FROM django_migrations").fetchall())
    if unknown := sorted(applied - known):
        app, name = unknown[0]
        raise BackupRefused(
            f"{path} was made by a newer version: it has the migration {app} {name}. "
            "Install that version first."
        )
    return len(known - applied)


@contextmanager
def _reserved(path: Path) -> Iterator[None]:
    """Make the file, and delete it again when the body fails."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
