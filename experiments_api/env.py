"""Typed readers of environment variables."""

import os
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}
# How a mail server is spoken to, and at which port when the URL names none.
_MAIL_SCHEMES = {"smtp": ("none", 25), "smtp+starttls": ("starttls", 587), "smtps": ("tls", 465)}
# Where a cache that needs no server of its own keeps its entries.
_CACHES = {
    "memory:": ("django.core.cache.backends.locmem.LocMemCache", ""),
    "database:": ("django.core.cache.backends.db.DatabaseCache", "cache"),
}
# A cache holds that many callers; one that is away is not waited for.
_ENTRIES = {"MAX_ENTRIES": 10_000}
_TIMEOUTS = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5}
_EVENTS_SCHEMES = ("clickhouse", "clickhouses")
_SHORTEST_SECRET = 20
_KEY = re.compile(r"[!-~]{16,200}")
# What begins so is read as something else than a personal key.
_OTHER_TOKENS = ("pha_", "phs_", "phc_")
_HOST = re.compile(r"\*|\[[0-9a-fA-F:.]+\]|\.?[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?\.?")
_ORIGIN = re.compile(r"https?://(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9_.-]+)(:\d{1,5})?")
_ORIGINS_OF_A_DOMAIN = re.compile(r"https?://\*(\.[A-Za-z0-9_-]+)+(:\d{1,5})?")
_RATE = re.compile(r"[1-9]\d{0,8}/(second|minute|hour|day)")


@dataclass(frozen=True)
class MailServer:
    """How to hand over mail; without a host there is no server."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    security: str = "none"


def text(name: str, default: str = "") -> str:
    """Return the variable, or the default when it is unset or empty."""
    return os.environ.get(name, "") or default


def events_url(name: str) -> str:
    """Return the URL of the server that keeps events; empty for the database of the rest.

    :raises ImproperlyConfigured: when it is none of ClickHouse.
    """
    value = text(name)
    if value and not _is_url(value, _EVENTS_SCHEMES):
        raise ImproperlyConfigured(
            f"{name} must be like clickhouse://user:password@host:8123/database,"
            " or clickhouses:// over TLS."
        )
    return value


def flag(name: str, *, default: bool) -> bool:
    """Return the variable read as a yes/no, or the default when it is unset or empty.

    :raises ImproperlyConfigured: when it is neither.
    """
    value = text(name)
    if not value:
        return default
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")


def number(name: str, default: int, *, least: int = 0) -> int:
    """Return the variable read as a whole number.

    :raises ImproperlyConfigured: when it is not one, or less than it may be.
    """
    value = text(name, str(default))
    try:
        found = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None
    if found < least:
        raise ImproperlyConfigured(f"{name} must be at least {least}, not {value!r}.")
    return found


def choice(name: str, default: str, *others: str) -> str:
    """Return the variable, which is one of these words.

    :raises ImproperlyConfigured: when it is another.
    """
    value = text(name, default).lower()
    if value not in (default, *others):
        raise ImproperlyConfigured(f"{name} must be one of {', '.join((default, *others))}.")
    return value


def names(name: str, default: str = "") -> list[str]:
    """Return the variable read as a comma-separated list."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def numbers(name: str) -> list[int]:
    """Return the variable read as a comma-separated list of whole numbers.

    :raises ImproperlyConfigured: when it is not one.
    """
    try:
        return [int(part) for part in names(name)]
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be whole numbers with commas between.") from None


def rate(name: str, default: str) -> str:
    """Return the variable read as a number of requests per time, such as 480/minute.

    :raises ImproperlyConfigured: when it is something else.
    """
    value = text(name, default)
    if not _RATE.fullmatch(value):
        raise ImproperlyConfigured(f"{name} must be like 480/minute or 4800/hour, not {value!r}.")
    return value


def cache(name: str) -> dict[str, object]:
    """Return the variable read as memory:, database: or the URL of a Redis server.

    :raises ImproperlyConfigured: when it is something else; the message does not repeat it.
    """
    value = text(name, "memory:")
    if value in _CACHES:
        backend, location = _CACHES[value]
        return {"BACKEND": backend, "LOCATION": location, "OPTIONS": _ENTRIES}
    if value.startswith("unix://") or _is_url(value, ("redis", "rediss")):
        backend = "django.core.cache.backends.redis.RedisCache"
        return {"BACKEND": backend, "LOCATION": value, "OPTIONS": _TIMEOUTS}
    raise ImproperlyConfigured(f"{name} must be memory:, database: or like redis://host:6379/0.")


def api_key(name: str) -> str:
    """Return the variable read as a key that a client can send; empty when it is unset.

    :raises ImproperlyConfigured: when no request could carry it; the message does not repeat it.
    """
    value = text(name)
    if value and (not _KEY.fullmatch(value) or value.startswith(_OTHER_TOKENS)):
        raise ImproperlyConfigured(
            f"{name} must be 16 to 200 visible ASCII characters without spaces, such as phx_… , "
            f"and not begin with {' or '.join(_OTHER_TOKENS)}."
        )
    return value


def hosts(name: str, default: str) -> list[str]:
    """Return the variable read as names of hosts, of domains as .example.com, or *.

    :raises ImproperlyConfigured: when one is something else, such as a URL.
    """
    return _checked(name, default, [_HOST], "names of hosts, such as experiments.example.com")


def origins(name: str, default: str = "") -> list[str]:
    """Return the variable read as origins, such as https://app.example.com, or * alone.

    :raises ImproperlyConfigured: when one is something else, such as a URL with a path.
    """
    if text(name, default).strip() == "*":
        return ["*"]
    return _checked(
        name, default, [_ORIGIN], "* or origins, such as https://app.example.com, no paths"
    )


def trusted_origins(name: str) -> list[str]:
    """Return the variable read as origins, or all of a domain, such as https://*.example.com.

    :raises ImproperlyConfigured: when one is something else, such as a URL with a path.
    """
    wanted = "origins, such as https://app.example.com or https://*.example.com, no paths"
    return _checked(name, "", [_ORIGIN, _ORIGINS_OF_A_DOMAIN], wanted)


def _is_url(value: str, schemes: Collection[str]) -> bool:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        # Brackets that are no address, such as those of a password, or a port that is no number.
        return False
    return parts.scheme in schemes and bool(parts.hostname)


def _checked(name: str, default: str, forms: list[re.Pattern[str]], wanted: str) -> list[str]:
    found = names(name, default)
    for part in found:
        if not any(form.fullmatch(part) for form in forms):
            raise ImproperlyConfigured(
                f"{name} must be {wanted}, with commas between; not {part!r}."
            )
    return found


def secret(name: str) -> str:
    """Return the variable, or the content of the file that NAME_FILE names.

    :raises ImproperlyConfigured: when neither gives a value, or it is short or no text.
    """
    value = text(name)
    path = text(f"{name}_FILE")
    if not value and path and Path(path).is_file():
        try:
            value = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ImproperlyConfigured(f"{name}_FILE cannot be read as text.") from error
    if not value:
        raise ImproperlyConfigured(
            f"Set {name}, or {name}_FILE to a file that holds it; bin/manage makes one by itself."
        )
    if len(value) < _SHORTEST_SECRET:
        raise ImproperlyConfigured(
            f"{name} must have at least {_SHORTEST_SECRET} characters. A good one: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    return value


def mail_server(name: str) -> MailServer:
    """Return the variable read as smtp://, smtp+starttls:// or smtps://user:password@host:port.

    :raises ImproperlyConfigured: when it is something else; the message does not repeat it.
    """
    value = text(name)
    if not value:
        return MailServer()
    try:
        url = urlsplit(value)
        security, usual_port = _MAIL_SCHEMES[url.scheme]
        host, port = url.hostname or "", url.port or usual_port
    except (KeyError, ValueError):
        host = ""
    if not host:
        raise ImproperlyConfigured(f"{name} must be like smtp+starttls://user:password@host:587.")
    user, password = unquote(url.username or ""), unquote(url.password or "")
    return MailServer(host, port, user, password, security)
