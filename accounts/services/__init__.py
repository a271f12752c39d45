"""Logging in and out, and writing keys and profiles."""

from accounts.services.logins import (
    InvalidCredentials,
    InvalidLoginCode,
    KeyChanges,
    create_key,
    delete_key,
    log_in,
    log_in_with_code,
    log_out,
    revoke_key,
    roll_key,
    update_key,
)
from accounts.services.profiles import (
    ProfileChanges,
    StillAMember,
    delete_user,
    keep_session,
    update_profile,
)

__all__ = [
    "InvalidCredentials",
    "InvalidLoginCode",
    "KeyChanges",
    "ProfileChanges",
    "StillAMember",
    "create_key",
    "delete_key",
    "delete_user",
    "keep_session",
    "log_in",
    "log_in_with_code",
    "log_out",
    "revoke_key",
    "roll_key",
    "update_key",
    "update_profile",
]
