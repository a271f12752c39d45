"""The triggers that change cache versions; installed except during a migration."""

from types import ModuleType

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from core.db.cache_versions import GLOBAL_SCOPE, TABLE, invalidating_tables
from core.db.triggers import postgresql, sqlite

__all__ = ["install", "uninstall"]


def install(connection: BaseDatabaseWrapper) -> None:
    """Install the triggers of all invalidating tables, unless they are installed."""
    dialect = _dialect(connection)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        if TABLE not in tables:
            # Migrated back to before there were cache versions.
            return
        listed = [each for each in invalidating_tables() if each.table in tables]
        wanted = dialect.wanted(cursor, listed)
        if dialect.installed(cursor) == wanted:
            return
        dialect.drop(cursor)
        dialect.create(cursor, wanted)
        # Versions that former triggers wrote say nothing about the rows of today.
        cursor.execute(f"DELETE FROM {TABLE}")
        cursor.execute(
            f"INSERT INTO {TABLE} (scope, version) VALUES ({GLOBAL_SCOPE}, {dialect.NEW_VERSION})"
        )


def uninstall(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers and all versions: without a version nothing is cached."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if TABLE in connection.introspection.table_names(cursor):
            _dialect(connection).drop(cursor)
            cursor.execute(f"DELETE FROM {TABLE}")


def _dialect(connection: BaseDatabaseWrapper) -> ModuleType:
    return postgresql if connection.vendor == "postgresql" else sqlite
