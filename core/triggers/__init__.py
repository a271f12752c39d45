"""The triggers that give states their names (`core.revisions`): in place except in a migration."""

from types import ModuleType

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from core.revisions import EVERYWHERE, TABLE, watched_tables
from core.triggers import postgresql, sqlite

__all__ = ["install", "uninstall"]


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the triggers those of the watched tables, unless they are."""
    dialect = _dialect(connection)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        if TABLE not in tables:
            # Migrated back to before there were names.
            return
        watched = [each for each in watched_tables() if each.table in tables]
        wanted = dialect.wanted(cursor, watched)
        if dialect.installed(cursor) == wanted:
            return
        dialect.drop(cursor)
        dialect.create(cursor, wanted)
        # From now on there are names. Those of former triggers say nothing about today's rows.
        cursor.execute(f"DELETE FROM {TABLE}")
        cursor.execute(
            f"INSERT INTO {TABLE} (scope, name) VALUES ({EVERYWHERE}, {dialect.NEW_NAME})"
        )


def uninstall(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers, and all names with them: without a name nothing is remembered."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if TABLE in connection.introspection.table_names(cursor):
            _dialect(connection).drop(cursor)
            cursor.execute(f"DELETE FROM {TABLE}")


def _dialect(connection: BaseDatabaseWrapper) -> ModuleType:
    return postgresql if connection.vendor == "postgresql" else sqlite
