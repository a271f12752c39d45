"""`migrate`, for all databases, without the limits of requests and without triggers."""

from contextlib import nullcontext
from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from core.db import triggers
from core.db.migrated import migrated_apps


class Command(migrate.Command):
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        # Without the option it is every database: on SQLite, events have files of their own.
        parser.set_defaults(database=None)

    def get_check_kwargs(self, options: dict[str, Any]) -> Any:
        return {"databases": _aliases(options)}

    def handle(self, *args: Any, **options: Any) -> None:
        for alias in _aliases(options):
            for narrowed in _narrowed(alias, options["app_label"]):
                self._migrate(*args, **options | narrowed)

    def _migrate(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        # Only the backend for PostgreSQL has limits.
        without_limits = getattr(connection, "without_limits", nullcontext)
        if options["plan"] or options["check_unapplied"]:
            super().handle(*args, **options)
            return
        with without_limits():
            if options["app_label"] or _is_behind(connection):
                # SQLite drops them silently with a table that is made anew, and PostgreSQL alters
                # no table while some of them have yet to fire.
                triggers.uninstall(connection)
            super().handle(*args, **options)
            triggers.install(connection)


def _aliases(options: dict[str, Any]) -> list[str]:
    return [options["database"]] if options["database"] else list(connections)


def _narrowed(alias: str, label: str | None) -> list[dict[str, Any]]:
    if alias == DEFAULT_DB_ALIAS:
        return [{"database": alias}]
    # The migrations of other apps make nothing there, but each costs a tenth of a second.
    return [
        {"database": alias, "app_label": own, "run_syncdb": False}
        for own in sorted(migrated_apps(alias))
        if label in (None, own)
    ]


def _is_behind(connection: BaseDatabaseWrapper) -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
