"""Every write to what a user says about themselves."""

from collections.abc import Mapping
from typing import TypedDict

from django.contrib import auth
from django.http import HttpRequest

from accounts.models import Preferences
from accounts.selectors import list_users, lock_user, preferences_of
from core.db.transactions import use_case
from core.exceptions import Conflict, RuleBroken
from tenants.models import Organization, Project
from tenants.selectors import list_projects
from users.models import User
from users.services import check_password_is_strong


class StillAMember(Conflict):
    """Raised for the deletion of a user whom organizations still count on."""

    default_detail = "You still belong to an organization. Leave all of them first."


class WrongCurrentPassword(RuleBroken):
    """Raised for a new password from somebody who does not know the one before."""

    default_detail = "The current password is missing or wrong."
    default_code = "invalid_current_password"
    default_attr = "current_password"


class ProfileChanges(TypedDict, total=False):
    """What shall change in a user: an absent key leaves its field alone."""

    first_name: str
    last_name: str
    role_at_organization: str | None
    hedgehog_config: dict[str, object] | None
    current_organization: Organization
    current_project: Project
    preferences: Mapping[str, object]
    password: str
    current_password: str


# What the row of the user does not hold as it was sent.
_NOT_FIELDS = {"preferences", "password", "current_password"}


@use_case
def update_profile(*, user_id: int, changes: ProfileChanges) -> User:
    """Change what a user says about themselves, where they are, and how they log in.

    :raises WrongCurrentPassword: when a new password comes without the one before.
    :raises WeakPassword: when the new one is short or common.
    """
    user = lock_user(user_id=user_id)
    values = {name: value for name, value in changes.items() if name not in _NOT_FIELDS}
    values |= _moved(user, changes)
    if "password" in changes:
        values |= {"password": _new_password(user, changes)}
    for name, value in values.items():
        setattr(user, name, value)
    user.save(update_fields=list(values))
    if "preferences" in changes:
        _update_preferences(user, changes["preferences"])
    return list_users(reader=user).get(pk=user.pk)


@use_case
def delete_user(*, user_id: int) -> None:
    """Delete a user with their keys; what they made stays.

    :raises StillAMember: while they belong to an organization.
    """
    user = lock_user(user_id=user_id)
    if user.memberships.exists():
        raise StillAMember
    user.delete()


def keep_session(*, request: HttpRequest, user: User) -> None:
    """Go on with the session in which the user changed their password; all others have ended."""
    auth.update_session_auth_hash(request, user)


def _new_password(user: User, changes: ProfileChanges) -> str:
    if user.has_usable_password() and not user.check_password(changes.get("current_password", "")):
        raise WrongCurrentPassword
    check_password_is_strong(password=changes["password"], user=user)
    user.set_password(changes["password"])
    return user.password


def _moved(user: User, changes: ProfileChanges) -> dict[str, object]:
    # A project lies in one organization: whoever goes to the one goes to the other.
    project, organization = changes.get("current_project"), changes.get("current_organization")
    if project is not None:
        return {"current_organization": project.organization}
    if organization is None or organization.pk == user.current_organization_id:
        return {}
    # The oldest one that is open to them.
    near = list_projects(user=user, organization_ids=[str(organization.pk)])
    return {"current_project": near.first()}


def _update_preferences(user: User, changes: Mapping[str, object]) -> None:
    values = dict(changes)
    if "notification_settings" in values:
        kept = preferences_of(user).notification_settings
        values["notification_settings"] = kept | values["notification_settings"]
    Preferences.objects.update_or_create(user=user, defaults=values)
