"""When a session's login was, and until when it is recent enough for sensitive actions."""

from datetime import UTC, datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase

RECENT = timedelta(hours=2)
_LOGGED_IN_AT = "logged_in_at"


def note_login(session: SessionBase, *, now: datetime) -> None:
    """Note that the session's user has just shown who they are."""
    session[_LOGGED_IN_AT] = now.timestamp()


def sensitive_session_expires_at(session: SessionBase) -> datetime | None:
    """Return when the login stops being recent; None for a session without a login."""
    logged_in_at = session.get(_LOGGED_IN_AT)
    return logged_in_at and datetime.fromtimestamp(logged_in_at, UTC) + RECENT


def is_recent(session: SessionBase, *, now: datetime) -> bool:
    """Tell whether the login of the session allows sensitive actions."""
    expires_at = sensitive_session_expires_at(session)
    return expires_at is not None and now < expires_at
