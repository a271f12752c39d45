"""Which apps have tables in a database: on SQLite, events have databases of their own."""

from django.apps import apps
from django.db import router


def migrated_apps(alias: str) -> set[str]:
    """Return the labels of the apps that keep a table in the database `alias`."""
    return {
        config.label
        for config in apps.get_app_configs()
        if any(router.allow_migrate_model(alias, model) for model in config.get_models())
    }
