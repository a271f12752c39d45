"""Triggers that change cache versions in SQLite: at once, since it has one writer."""

from collections.abc import Iterable

from django.db import connection
from django.db.backends.utils import CursorWrapper

from core.db.cache_versions import GLOBAL_SCOPE, TABLE, InvalidatingTable
from core.models import foreign_key

TRIGGER = "change_cache_version"
NEW_VERSION = "hex(randomblob(16))"
_ROWS = {"INSERT": ["NEW"], "UPDATE": ["NEW", "OLD"], "DELETE": ["OLD"]}


def wanted(cursor: CursorWrapper, tables: Iterable[InvalidatingTable]) -> dict[str, str]:
    """Return the statements that create the triggers of these tables."""
    return {
        f"{TRIGGER}_{event}_of_{each.table}": _statement(cursor, each, event)
        for each in tables
        for event in _ROWS
    }


def installed(cursor: CursorWrapper) -> dict[str, str]:
    """Return the statements that created the installed triggers."""
    cursor.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s",
        [f"{TRIGGER}%"],
    )
    return dict(cursor.fetchall())


def create(cursor: CursorWrapper, triggers: dict[str, str]) -> None:
    """Create these triggers."""
    for statement in triggers.values():
        cursor.execute(statement)


def drop(cursor: CursorWrapper) -> None:
    """Drop all triggers."""
    for name in installed(cursor):
        cursor.execute(f'DROP TRIGGER "{name}"')


def _statement(cursor: CursorWrapper, each: InvalidatingTable, event: str) -> str:
    when = _when(cursor, each) if event == "UPDATE" else ""
    changes = " ".join(
        # Not by ON CONFLICT: a conflict clause of the statement that fires a trigger overrides
        # those of the trigger.
        f"DELETE FROM {TABLE} WHERE scope = {scope};"
        f" INSERT INTO {TABLE} (scope, version)"
        f" SELECT {scope}, {NEW_VERSION} WHERE {scope} IS NOT NULL;"
        for scope in _scopes(each, _ROWS[event])
    )
    return (
        f"CREATE TRIGGER {TRIGGER}_{event}_of_{each.table} AFTER {event} ON {each.table}"
        f" FOR EACH ROW {when}BEGIN {changes} END"
    )


def _when(cursor: CursorWrapper, each: InvalidatingTable) -> str:
    if not each.ignore:
        return ""
    described = connection.introspection.get_table_description(cursor, each.table)
    compared = [column.name for column in described if column.name not in each.ignore]
    return f"WHEN {' OR '.join(f'OLD.{name} IS NOT NEW.{name}' for name in compared)} "


def _scopes(each: InvalidatingTable, rows: list[str]) -> list[str]:
    if each.through:
        link = foreign_key(each.model, each.through)
        table = link.target_field.model._meta.db_table
        return [f"(SELECT project_id FROM {table} WHERE id = {row}.{link.column})" for row in rows]
    if each.project:
        column = foreign_key(each.model, each.project).column
        return [f"{row}.{column}" for row in rows]
    return [f"{GLOBAL_SCOPE}"]
