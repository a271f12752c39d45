"""System checks: settings that would break an invariant of the house."""

from collections.abc import Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register


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
