"""Typed readers of environment variables."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}
# How a mail server is spoken to, and at which port when the URL names none.
_MAIL_SCHEMES = {"smtp": ("none", 25), "smtp+starttls": ("starttls", 587), "smtps": ("tls", 465)}


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


def flag(name: str, *, default: bool) -> bool:
    """Return the variable read as a yes/no.

    :raises ImproperlyConfigured: when it is neither.
    """
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")


def number(name: str, default: int) -> int:
    """Return the variable read as a whole number.

    :raises ImproperlyConfigured: when it is not one.
    """
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None


def names(name: str, default: str = "") -> list[str]:
    """Return the variable read as a comma-separated list."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def secret(name: str) -> str:
    """Return the variable, or the content of the file that NAME_FILE names.

    :raises ImproperlyConfigured: when neither gives a value.
    """
    value = text(name)
    path = text(f"{name}_FILE")
    if not value and path and Path(path).is_file():
        value = Path(path).read_text(encoding="utf-8").strip()
    if not value:
        raise ImproperlyConfigured(
            f"Set {name}, or {name}_FILE to a file that holds it; bin/manage makes one by itself."
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
