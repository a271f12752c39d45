"""Connection settings of the databases."""

from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from experiments_api import env

_SCHEMES = ("sqlite:", "postgres:", "postgresql:")
Settings = dict[str, Any]


def databases(url: str) -> dict[str, Settings]:
    """Return Django's settings for all databases, with the default one at this URL.

    SQLite has one writer for each file, so events and the facts derived from them have files of
    their own beside it. On PostgreSQL everything is in one database.
    """
    default = database(url)
    if default["ENGINE"] != "core.db.sqlite":
        return {"default": default}
    return {
        "default": default,
        # An acknowledged event survives a power cut; facts can be derived again.
        "events": _beside(default, "events", synchronous="FULL"),
        "facts": _beside(default, "facts", synchronous="NORMAL"),
    }


def database(url: str) -> Settings:
    """Return Django's settings for the database with this URL.

    :raises ImproperlyConfigured: when it is none of SQLite or PostgreSQL, or cannot be read.
    """
    settings = _parsed(url)
    # Services open their own durable transactions, so no request does.
    settings["ATOMIC_REQUESTS"] = False
    options = settings.setdefault("OPTIONS", {})
    if settings["ENGINE"] == "django.db.backends.sqlite3":
        # Opening a file takes longer than most questions; another one in its place is seen soon.
        settings |= {"ENGINE": "core.db.sqlite", "CONN_MAX_AGE": 60}
        # Tools for tests know it of Django's own backend only.
        settings.setdefault("TEST", {"NAME": ":memory:"})
        options |= _sqlite_options()
    else:
        # One for each thread of a worker, which is tried before each request.
        settings |= {
            "ENGINE": "core.db.postgresql",
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
        }
        # A pooler may fetch their rows from another connection than the one that has them.
        settings["DISABLE_SERVER_SIDE_CURSORS"] = True
        options |= _postgresql_options(options)
    return settings


def _parsed(url: str) -> Settings:
    if not url.startswith(_SCHEMES):
        raise ImproperlyConfigured(
            "DATABASE_URL must be like sqlite:////srv/experiments.sqlite3 or "
            "postgres://user:password@host:5432/name."
        )
    try:
        return {**dj_database_url.parse(url)}
    except ValueError:
        # Its message may repeat a password.
        raise ImproperlyConfigured(
            "DATABASE_URL cannot be read. Write special characters in its parts as %40 and so on."
        ) from None


def _beside(default: Settings, name: str, *, synchronous: str) -> Settings:
    path = Path(str(default["NAME"]))
    is_file = str(default["NAME"]) not in ("", ":memory:")
    file = str(path.with_name(f"{path.stem}-{name}.sqlite3")) if is_file else default["NAME"]
    return default | {
        "NAME": file,
        "OPTIONS": _sqlite_options(synchronous),
        "TEST": {"NAME": ":memory:"},
    }


def _sqlite_options(synchronous: str = "NORMAL") -> Settings:
    return {
        "transaction_mode": "IMMEDIATE",
        "timeout": env.number("DATABASE_LOCK_SECONDS", 20, least=1),
        "init_command": f"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous};",
    }


def _postgresql_options(told: Settings) -> Settings:
    seconds = env.number("DATABASE_STATEMENT_SECONDS", 15, least=1)
    limits = {
        "statement_timeout": f"{seconds}s",
        "lock_timeout": f"{env.number('DATABASE_LOCK_SECONDS', 5, least=1)}s",
        "idle_in_transaction_session_timeout": f"{2 * seconds}s",
    }
    # Compiling a statement takes longer than executing it: pages are short, whatever is expected.
    words = [f"-c {name}={value}" for name, value in ({"jit": "off"} | limits).items()]
    words.append(told.get("options", ""))
    return {
        # The server ends what takes too long.
        "options": " ".join(words).strip(),
        "connect_timeout": told.get("connect_timeout", 3),
        # Ours, for a server that says nothing.
        "answer_limit": seconds + 5,
        # None: unless a pooler is in front, which must know of them.
        "keeps_plans": _keeps_plans(),
    }


def _keeps_plans() -> bool | None:
    name = "DATABASE_PREPARED_STATEMENTS"
    return env.flag(name, default=True) if env.text(name) else None
