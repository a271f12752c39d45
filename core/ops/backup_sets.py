"""Backups of the whole server on SQLite: a file for each database but those that are derived."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

from core.ops.backups import (
    BackupRefused,
    back_up,
    check_backup,
    empty,
    put_aside_and_restore,
    restore,
)


@dataclass(frozen=True)
class Restored:
    """What came of a restoration: where former content is kept, how far behind it is."""

    kept: list[Path]
    missing_migrations: int


def back_up_all(*, path: Path) -> list[Path]:
    """Copy every database that is not derived into a new file, and return the files.

    The main database is `path`, another one stands beside it with its alias in the name. Each is as
    it was at one moment; the main one is copied last, so it knows of no less than the others.

    :raises BackupRefused: when one of them cannot be made; none is there then.
    """
    files = _files(path)
    for file in files.values():
        if file.exists():
            raise BackupRefused(f"{file} exists.")
    made: list[Path] = []
    try:
        for alias, file in files.items():
            back_up(connections[alias], path=file)
            made.append(file)
    except BaseException:
        for file in made:
            file.unlink(missing_ok=True)
        raise
    return made


def restore_all(*, path: Path, replace: bool, only_main: bool, now: datetime) -> Restored:
    """Make the databases what a backup says; what they were is kept beside them.

    What is derived from them is emptied. Nothing is changed before all files are checked.

    :raises BackupRefused: when a file is missing, damaged, newer than this program or no backup, or
        would replace something and may not.
    """
    files = _files(path)
    if only_main:
        files = {DEFAULT_DB_ALIAS: path}
    missing = max(_checked(alias, file) for alias, file in files.items())
    filled = [alias for alias in files if connections[alias].introspection.table_names()]
    if filled and not replace:
        raise BackupRefused("The database is not empty. Say --replace to have it replaced.")
    kept: list[Path] = []
    # The main one first: it is the one that others write for long, and then nothing is changed.
    for alias in sorted(files, key=lambda alias: alias != DEFAULT_DB_ALIAS):
        try:
            if alias in filled:
                kept.append(put_aside_and_restore(connections[alias], path=files[alias], now=now))
            else:
                restore(connections[alias], path=files[alias])
        except BackupRefused as refusal:
            raise _half_done(refusal, alias) from None
    for alias in settings.DERIVED_DATABASES:
        empty(connections[alias])
    return Restored(kept, missing)


def _half_done(refusal: BackupRefused, alias: str) -> BackupRefused:
    if alias == DEFAULT_DB_ALIAS:
        return refusal
    return BackupRefused(
        f"{refusal.detail} The main database is restored, the {alias} are not: restore once more."
    )


def _files(path: Path) -> dict[str, Path]:
    """Return the file of each database that is backed up, the main one last."""
    others = [
        alias
        for alias in connections
        if alias not in {*settings.DERIVED_DATABASES, DEFAULT_DB_ALIAS}
    ]
    files = {alias: path.with_name(f"{path.stem}-{alias}.sqlite3") for alias in others}
    return files | {DEFAULT_DB_ALIAS: path}


def _checked(alias: str, file: Path) -> int:
    if alias != DEFAULT_DB_ALIAS and not file.exists():
        raise BackupRefused(
            f"{file} is missing: the {alias} of this backup. Say --only-main to leave them alone."
        )
    return check_backup(file, alias=alias)
