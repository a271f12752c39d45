"""Database sessions; malformed session keys are refused without a query."""

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore


class SessionStore(DatabaseSessionStore):
    def _validate_session_key(self, key: str) -> bool:
        # A cookie may spell anything; PostgreSQL cannot even compare text with a NUL in it.
        # The stubs do not know this method of the base.
        is_valid = super()._validate_session_key(key)  # type: ignore[misc]
        return is_valid and key.isascii() and key.isalnum()
