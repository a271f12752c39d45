"""Every write to users and keys."""

import logging
from datetime import datetime, timedelta

from django.db import Error

from core.database_errors import refusal_for
from core.exceptions import RuleBroken
from core.transactions import use_case
from users import scopes as known_scopes
from users.models import PersonalAPIKey, User
from users.tokens import hashed, masked, new_key_value

_logger = logging.getLogger(__name__)
_USE_IS_NOTED_EVERY = timedelta(hours=1)


class UnknownScope(RuleBroken):
    """Raised for a scope that no key may carry."""

    default_detail = "Unknown scope. Use <object>:read, <object>:write, or *."
    default_attr = "scopes"


@use_case
def create_user(*, email: str, password: str | None, is_staff: bool = False) -> User:
    """Create the user with this e-mail address.

    :raises RuleBroken: when the address is taken.
    """
    if User.objects.filter(email__iexact=email).exists():
        raise RuleBroken(f"{email} is already a user.", attr="email", code="unique")
    return User.objects.create_user(email, password, is_staff=is_staff, is_superuser=is_staff)


@use_case
def issue_key(
    *,
    user: User,
    label: str,
    scopes: list[str],
    scoped_teams: list[int],
    scoped_organizations: list[str],
    value: str | None = None,
) -> str:
    """Give the user a key and return its value, which is never to be had again.

    :raises UnknownScope: when a scope is not one of the wire's.
    """
    if not scopes or not all(map(known_scopes.is_known, scopes)):
        raise UnknownScope
    value = value or new_key_value()
    PersonalAPIKey.objects.create(
        user=user,
        label=label,
        mask_value=masked(value),
        secure_value=hashed(value),
        scopes=scopes,
        scoped_teams=scoped_teams,
        scoped_organizations=scoped_organizations,
    )
    return value


@use_case
def ensure_key(*, user: User, label: str, scopes: list[str], value: str) -> None:
    """Make the user's key with this label have this value."""
    PersonalAPIKey.objects.filter(user=user, label=label).exclude(
        secure_value=hashed(value)
    ).delete()
    PersonalAPIKey.objects.get_or_create(
        secure_value=hashed(value),
        defaults={
            "user": user,
            "label": label,
            "scopes": scopes,
            "mask_value": masked(value),
        },
    )


def note_use(*, key: PersonalAPIKey, now: datetime) -> None:
    """Remember that the key was used, at most once an hour, if the database can remember it."""
    if key.last_used_at is None or now - key.last_used_at > _USE_IS_NOTED_EVERY:
        key.last_used_at = now
        try:
            key.save(update_fields=["last_used_at"])
        except Error as error:
            # What is only to be read can be read while nothing can be written.
            if refusal_for(error) is None:
                raise
            _logger.warning("The use of a key could not be noted: %s", error)
