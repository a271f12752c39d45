"""Backs up and restores one SQLite database while the server runs."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from core.db.cache_versions import TABLE as VERSIONS
from core.db.migrated import migrated_apps
from core.exceptions import RuleBroken

_PATIENCE = 30.0
# How much is copied at a time: less than any database, so that its lock is taken before its end.
_PAGES = 1
_IN_USE = "The database is in use. Stop what uses it, then try again."


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
                with _one_moment(source):
                    _copy(source, copy)
                # One file, without companions.
                copy.execute("PRAGMA journal_mode=DELETE")
                _check_sound(copy, path)
            _flush(partial)
            partial.replace(path)
    except (OSError, sqlite3.Error) as error:
        raise BackupRefused(f"{path} could not be written: {error}.") from None


def check_backup(path: Path, *, alias: str) -> int:
    """Return how many migrations a backup of the database `alias` lacks.

    :raises BackupRefused: when it is damaged, newer than this program or no backup.
    """
    try:
        with closing(_read_only(path)) as source:
            _check_sound(source, path)
            return _missing_migrations(source, path, alias)
    except sqlite3.Error as error:
        raise BackupRefused(f"{path} could not be restored: {error}.") from None


def restore(connection: BaseDatabaseWrapper, *, path: Path) -> None:
    """Make the database what a checked backup says, under new cache versions.

    Whoever uses the database meanwhile sees all of it as it was before, or all of it as it is then.

    :raises BackupRefused: when it cannot be read or written.
    """
    _replace(connection, path=path, aside=None)


def put_aside_and_restore(connection: BaseDatabaseWrapper, *, path: Path, now: datetime) -> Path:
    """Back a database up beside itself, restore it as `restore` does, and return the former one.

    What others commit meanwhile is in the file that is returned, or comes after the restoration.

    :raises BackupRefused: when that cannot be done.
    """
    name = f"{connection.settings_dict['NAME']}.before-restore-{now:%Y%m%dT%H%M%SZ}"
    _replace(connection, path=path, aside=Path(name))
    return Path(name)


class _Overtaken(Exception):
    """Raised when somebody wrote between the copy of what was there and its replacement."""


def _replace(connection: BaseDatabaseWrapper, *, path: Path, aside: Path | None) -> None:
    target = _opened(connection)
    try:
        with _renamed_copy(path, beside=connection) as source:
            deadline = time.monotonic() + _PATIENCE
            while not _replaced(connection, source, target, aside=aside):
                if time.monotonic() > deadline:
                    raise BackupRefused(_IN_USE)
    except (OSError, sqlite3.Error) as error:
        raise BackupRefused(f"{path} could not be restored: {error}.") from None


def _replaced(
    connection: BaseDatabaseWrapper,
    source: sqlite3.Connection,
    target: sqlite3.Connection,
    *,
    aside: Path | None,
) -> bool:
    """Put aside and replace, unless somebody writes in between; tell whether it was done."""
    if aside is None:
        _copy(source, target)
        return True
    # As the server has it: who replaces it does not keep others from reading.
    target.execute("PRAGMA journal_mode=WAL")
    # Writers wait while it is put aside. To be replaced the database must be let go for a moment.
    with closing(_beside(connection)) as guard, closing(_beside(connection)) as witness:
        guard.execute("BEGIN IMMEDIATE")
        back_up(connection, path=aside)
        seen = _commits_of_others(witness)
        guard.execute("ROLLBACK")

        def check() -> None:
            if _commits_of_others(witness) != seen:
                raise _Overtaken

        try:
            _copy(source, target, once_locked=check)
        except _Overtaken:
            aside.unlink()
            return False
    return True


def _beside(connection: BaseDatabaseWrapper) -> sqlite3.Connection:
    name = str(connection.settings_dict["NAME"])
    return sqlite3.connect(name, timeout=_PATIENCE, isolation_level=None)


def _commits_of_others(witness: sqlite3.Connection) -> object:
    return witness.execute("PRAGMA data_version").fetchone()


@contextmanager
def _one_moment(source: sqlite3.Connection) -> Iterator[None]:
    """Read the database as it is now, whatever others commit: a copy would begin anew with each."""
    source.execute("BEGIN")
    try:
        source.execute("SELECT 1 FROM sqlite_master").fetchone()
        yield
    finally:
        source.execute("ROLLBACK")


@contextmanager
def _renamed_copy(path: Path, *, beside: BaseDatabaseWrapper) -> Iterator[sqlite3.Connection]:
    """Give a private copy of a backup with cache versions that were never used.

    Under an old version a worker may cache a response with rows that the restoration takes back.
    """
    database = Path(str(beside.settings_dict["NAME"]))
    # Of a name of its own: what a restoration left that was killed is in nobody's way.
    with (
        NamedTemporaryFile(dir=database.parent, prefix=f"{database.name}.restoring-") as file,
        closing(sqlite3.connect(file.name)) as copy,
    ):
        with closing(_read_only(path)) as source:
            _copy(source, copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        if copy.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [VERSIONS]).fetchone():
            copy.execute(f"UPDATE {VERSIONS} SET version = hex(randomblob(16))")  # noqa: S608
        copy.commit()
        yield copy


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


def _copy(
    source: sqlite3.Connection,
    target: sqlite3.Connection,
    *,
    once_locked: Callable[[], None] = lambda: None,
) -> None:
    """Copy a database; `once_locked` is called when nobody else can write the target any more."""
    progress = _progress(once_locked)
    # From its first pages on the copy is one transaction of the target.
    source.backup(target, pages=_PAGES, progress=progress, sleep=0.01)


def _progress(once_locked: Callable[[], None]) -> Callable[[int, int, int], None]:
    deadline, is_locked = time.monotonic() + _PATIENCE, False

    def check(status: int, remaining: int, total: int) -> None:
        nonlocal is_locked
        if status not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            if not is_locked:
                once_locked()
            is_locked = True
        elif time.monotonic() > deadline:
            # Without this a copy would wait for ever for somebody who writes for ever.
            raise BackupRefused(_IN_USE)

    return check


def _check_sound(database: sqlite3.Connection, path: Path) -> None:
    [(verdict,)] = database.execute("PRAGMA integrity_check(1)").fetchall()
    if verdict != "ok":
        raise BackupRefused(f"{path} is damaged: {verdict}.")
    if strays := database.execute("PRAGMA foreign_key_check").fetchall():
        raise BackupRefused(f"{path} is damaged: {len(strays)} rows refer to what is not there.")


def _missing_migrations(source: sqlite3.Connection, path: Path, alias: str) -> int:
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
    labels = migrated_apps(alias)
    return sum(app in labels for app, _ in known - applied)


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
