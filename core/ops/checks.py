"""System checks: settings and databases that would break an invariant of the house."""

from collections.abc import Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from core.db.postgresql.base import LIMITS


@register()
def check_invariants(
    *, app_configs: Sequence[AppConfig] | None, **kwargs: object
) -> list[CheckMessage]:
    """Report settings under which services could write half a change or a wrong time."""
    errors: list[CheckMessage] = []
    for alias, database in settings.DATABASES.items():
        if database.get("ATOMIC_REQUESTS"):
            errors.append(
                Error(
                    f"ATOMIC_REQUESTS is on for the database {alias!r}.",
                    hint="Switch it off: services open durable transactions of their own.",
                    id="core.E001",
                )
            )
    if not settings.USE_TZ or settings.TIME_ZONE != "UTC":
        errors.append(
            Error(
                "Times must be stored and served in UTC.",
                hint="Set USE_TZ = True and TIME_ZONE = 'UTC'.",
                id="core.E002",
            )
        )
    return errors


@register(Tags.database)
def check_limits(*, databases: Sequence[str] | None = None, **kwargs: object) -> list[CheckMessage]:
    """Report databases that would let somebody wait without end."""
    return [
        checks.Warning(
            f"PostgreSQL sets no limit for {', '.join(missing)} in the database {alias!r}.",
            hint="Set them for the database's user, see `A pooler` in docs/operations.md.",
            id="core.W001",
        )
        for alias in databases or ()
        if (missing := _missing_limits(alias))
    ]


def _missing_limits(alias: str) -> list[str]:
    if connections[alias].vendor != "postgresql":
        return []
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT name FROM pg_settings WHERE name = ANY(%s) AND setting = '0' ORDER BY name",
            [list(LIMITS)],
        )
        return [name for (name,) in cursor.fetchall()]
