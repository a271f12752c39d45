"""Logging in and out, and every write to the keys that people manage themselves."""

from datetime import datetime
from typing import TypedDict

from django.contrib import auth
from django.http import HttpRequest

from accounts import login_codes
from accounts.selectors import get_any_key, lock_key, lock_user_of_code
from core.db.transactions import use_case
from core.exceptions import RuleBroken
from tenants.selectors import check_reach
from users.models import PersonalAPIKey, User
from users.services import give_value, issue_key
from users.tokens import new_key_value

_BACKEND = "django.contrib.auth.backends.ModelBackend"


class InvalidCredentials(RuleBroken):
    """Raised for a pair of e-mail and password that nobody has."""

    default_detail = "The e-mail address or the password is wrong."
    default_code = "invalid_credentials"


class InvalidLoginCode(RuleBroken):
    """Raised for a login code that is forged, too old, or used."""

    default_detail = "The login code has expired or was used already. Ask for another one."
    default_code = "invalid_login_code"
    default_attr = "code"


class KeyChanges(TypedDict, total=False):
    """What a key shall be like: an absent name leaves its field alone."""

    label: str
    scopes: list[str]
    scoped_teams: list[int]
    scoped_organizations: list[str]


# No use case: a failure is counted, and must not be undone with a transaction.
def log_in(*, request: HttpRequest, email: str, password: str) -> None:
    """Begin a new session for the user with this e-mail and password.

    :raises InvalidCredentials: when there is none; an unknown e-mail takes as long to be refused.
    """
    user = auth.authenticate(request, username=email, password=password)
    if user is None:
        raise InvalidCredentials
    # Nothing of an earlier session is taken over, not even when it was of the same user.
    request.session.flush()
    auth.login(request, user)


@use_case
def log_in_with_code(*, request: HttpRequest, code: str) -> None:
    """Begin a new session for the user whom the code was made for, and end the code with it.

    :raises InvalidLoginCode: when it is forged, older than 15 minutes, or used.
    """
    # Of two requests with one code, the second waits for the first and sees its login.
    user = lock_user_of_code(code=code)
    if user is None or not login_codes.is_current(code, user):
        raise InvalidLoginCode
    request.session.flush()
    auth.login(request, user, backend=_BACKEND)


def log_out(*, request: HttpRequest) -> None:
    """End the session, if there is one."""
    auth.logout(request)


@use_case
def create_key(*, user: User, values: KeyChanges) -> PersonalAPIKey:
    """Give the user a key that reaches no further than they do.

    :raises RuleBroken: when they do not belong to one of its projects or organizations.
    :raises TooManyKeys: when the user has as many keys as a user can have.
    """
    _check_reach(user, values)
    return issue_key.in_transaction(user=user, **values)


@use_case
def update_key(*, user: User, key_id: str, changes: KeyChanges) -> PersonalAPIKey:
    """Change what a key is called, may do and reaches.

    :raises RuleBroken: when the user does not belong to one of its projects or organizations.
    :raises NotFound: when the key was deleted meanwhile.
    """
    key = lock_key(user=user, key_id=key_id)
    # What it reached before may be sent back, also by whoever has left it since.
    _check_reach(user, changes, already=key)
    for name, value in changes.items():
        setattr(key, name, value)
    key.save(update_fields=[*changes])
    return key


@use_case
def roll_key(*, user: User, key_id: str, now: datetime) -> PersonalAPIKey:
    """Give the key another `value`; the old one ends with the transaction.

    :raises NotFound: when the key was deleted meanwhile.
    """
    key = lock_key(user=user, key_id=key_id)
    give_value(key, new_key_value())
    key.last_rolled_at = now
    key.save(update_fields=["secure_value", "mask_value", "last_rolled_at"])
    return key


@use_case
def delete_key(*, user: User, key_id: str) -> None:
    """Delete the key, which ends it at once.

    :raises NotFound: when the key was deleted meanwhile.
    """
    lock_key(user=user, key_id=key_id).delete()


@use_case
def revoke_key(*, reference: str) -> PersonalAPIKey:
    """Delete the key with this id or value, whoever's it is, and return what it was.

    :raises NotFound: when there is none.
    """
    key = get_any_key(reference=reference)
    PersonalAPIKey.objects.filter(pk=key.pk).delete()
    return key


def _check_reach(user: User, values: KeyChanges, already: PersonalAPIKey | None = None) -> None:
    teams = already.scoped_teams or [] if already else []
    organizations = already.scoped_organizations or [] if already else []
    check_reach(
        user=user,
        projects=[*{*values.get("scoped_teams", [])}.difference(teams)],
        organizations=[*{*values.get("scoped_organizations", [])}.difference(organizations)],
    )
