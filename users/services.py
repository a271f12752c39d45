"""Every write to users and keys."""

import logging
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import Error, IntegrityError
from django.db.models import Manager, Model

from core.db.errors import refusal_for
from core.db.transactions import use_case
from core.exceptions import RuleBroken
from users import scopes as known_scopes
from users.models import PersonalAPIKey, User
from users.tokens import hashed, masked, new_key_value

_logger = logging.getLogger(__name__)
MAX_KEYS = 10
_USE_IS_NOTED_EVERY = timedelta(hours=1)


class UnknownScope(RuleBroken):
    """Raised for a scope that no key may carry."""

    default_detail = "Unknown scope. Use <object>:read, <object>:write, or *."
    default_attr = "scopes"


class TooManyKeys(RuleBroken):
    """Raised for one key more than a user can have."""

    default_detail = f"A user can have {MAX_KEYS} keys. Delete one that is not needed any more."


class WeakPassword(RuleBroken):
    """Raised for a password that is easy to guess."""

    default_code = "weak_password"
    default_attr = "password"


def check_password_is_strong(*, password: str, user: User | None) -> None:
    """Make sure that a password is neither short nor common.

    :raises WeakPassword: when it is, and why.
    """
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword(" ".join(error.messages)) from None


@use_case
def create_user(*, email: str, password: str | None, is_staff: bool = False) -> User:
    """Create the user with this e-mail address.

    :raises RuleBroken: when the address is taken, or the password is too easy.
    """
    if password is not None:
        _check_password(password, User(email=email))
    # The constraint knows nothing of the two forms of a domain.
    if User.objects.find_by_email(email) is not None:
        raise RuleBroken(f"{email} is already a user.", attr="email", code="unique")
    try:
        return User.objects.create_user(email, password, is_staff=is_staff, is_superuser=is_staff)
    except IntegrityError:
        # The constraint alone knows what the database holds to be the same address.
        raise RuleBroken(f"{email} is already a user.", attr="email", code="unique") from None


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise RuleBroken(" ".join(error.messages), attr="password") from None


@use_case
def issue_key(
    *,
    user: User,
    label: str,
    scopes: list[str],
    scoped_teams: list[int],
    scoped_organizations: list[str],
) -> PersonalAPIKey:
    """Give the user a key; its `value` is never to be had again.

    :raises UnknownScope: when a scope is not one of the wire's, or there is none.
    :raises TooManyKeys: when the user has as many keys as a user can have.
    """
    if not scopes or known_scopes.first_unknown(scopes) is not None:
        raise UnknownScope
    # Whoever makes a key waits here for whoever is just making another one.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if PersonalAPIKey.objects.filter(user=user).count() >= MAX_KEYS:
        raise TooManyKeys
    key = PersonalAPIKey(
        user=user,
        label=label,
        scopes=scopes,
        scoped_teams=scoped_teams,
        scoped_organizations=scoped_organizations,
    )
    give_value(key, new_key_value())
    key.save(force_insert=True)
    return key


class ValuedKey(Protocol):
    """A key of whatever kind, which keeps a mask and a hash of its value."""

    value: str | None
    mask_value: Any
    secure_value: Any


def give_value(key: ValuedKey, value: str) -> None:
    """Give the key, which the caller saves, this value."""
    key.value, key.mask_value, key.secure_value = value, masked(value), hashed(value)


@use_case
def ensure_key(*, user: User, label: str, scopes: list[str], value: str) -> bool:
    """Make the user's key with this label have this value, and tell whether it is a new key.

    Another one that this made is deleted; one that a person made stays, whatever its label.
    """
    made = PersonalAPIKey.objects.filter(user=user, label=label, is_of_a_command=True)
    made.exclude(secure_value=hashed(value)).delete()
    _key, is_new = PersonalAPIKey.objects.update_or_create(
        secure_value=hashed(value),
        defaults={"is_of_a_command": True},
        create_defaults={
            "user": user,
            "label": label,
            "scopes": scopes,
            "mask_value": masked(value),
            "is_of_a_command": True,
        },
    )
    return is_new


class UsedKey(Protocol):
    """A key of whatever kind, which knows when it was last used."""

    pk: Any
    last_used_at: datetime | None


def is_use_noted(*, key: UsedKey, now: datetime) -> bool:
    """Tell whether it was noted lately enough that the key is used."""
    return key.last_used_at is not None and now - key.last_used_at <= _USE_IS_NOTED_EVERY


def note_use(*, key: UsedKey, now: datetime) -> None:
    """Note that the key was used, at most once an hour, if the database can be written."""
    if not is_use_noted(key=key, now=now):
        key.last_used_at = now
        try:
            # Not a save, which fails when the key was deleted a moment ago.
            keys: Manager[Model] = type(key).objects  # type: ignore[attr-defined]
            keys.filter(pk=key.pk).update(last_used_at=now)
        except Error as error:
            # What is only to be read can be read while nothing can be written.
            if refusal_for(error) is None:
                raise
            _logger.warning("The use of a key could not be noted: %s", error)
