"""System checks: settings and databases that would break an invariant of the house."""

from collections.abc import Callable, Sequence

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


_SECRET_LENGTH = 50
# What is wrong, when that is so, and what to set.
_ADVICE: tuple[tuple[str, Callable[[], bool], str], ...] = (
    ("DEBUG shows errors and statements.", lambda: settings.DEBUG, "Unset DEBUG."),
    (
        "Plain HTTP is answered.",
        lambda: not settings.SECURE_SSL_REDIRECT,
        "Set HTTPS_ONLY=true; behind a proxy for TLS BEHIND_TLS_PROXY=true as well.",
    ),
    (
        "Cookies travel without TLS.",
        lambda: not settings.SESSION_COOKIE_SECURE,
        "Set SECURE_COOKIES=true.",
    ),
    (
        "Browsers are not told to stay with TLS.",
        lambda: settings.SECURE_SSL_REDIRECT and not settings.SECURE_HSTS_SECONDS,
        "Leave HSTS_SECONDS unset, or above 0.",
    ),
    (
        f"SECRET_KEY has fewer than {_SECRET_LENGTH} characters.",
        lambda: len(settings.SECRET_KEY) < _SECRET_LENGTH,
        "See `A new secret` in docs/operations.md.",
    ),
    (
        "ALLOWED_HOSTS takes every name.",
        lambda: "*" in settings.ALLOWED_HOSTS,
        "Name the host that clients use.",
    ),
    (
        "Everybody has the address of the proxy, and all are locked out together.",
        lambda: bool(settings.SECURE_PROXY_SSL_HEADER) and not _counts_proxies(),
        "Set NUM_PROXIES=1.",
    ),
)


@register(Tags.security, deploy=True)
def check_deployment(
    *, app_configs: Sequence[AppConfig] | None, **kwargs: object
) -> list[CheckMessage]:
    """Report, by the names of our variables, what is not fit for the internet."""
    return [
        checks.Warning(text, hint=hint, id=f"core.W{number:03}")
        for number, (text, applies, hint) in enumerate(_ADVICE, start=2)
        if applies()
    ]


def _counts_proxies() -> bool:
    return bool(settings.REST_FRAMEWORK["NUM_PROXIES"])


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
