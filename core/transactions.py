"""Who opens a transaction, who needs one."""

from django.db import connection


def require_transaction() -> None:
    """Fail loudly when a write that is part of a larger change runs outside of one."""
    if not connection.in_atomic_block:
        raise RuntimeError("This write belongs to a larger change: call it in its transaction.")
