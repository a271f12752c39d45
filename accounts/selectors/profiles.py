"""Looking up users together with where they are and what they may reach."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from accounts.models import Preferences
from core import preconditions
from core.db.transactions import require_transaction
from core.http.query_text import searchable
from tenants.models import Membership, Organization, Project
from tenants.selectors import with_contents
from users.models import User


@dataclass(frozen=True)
class Place:
    """Where a user is: in an organization, and there in a project."""

    organization: Organization | None
    project: Project | None


def list_users(*, reader: User, parameters: Mapping[str, str] | None = None) -> QuerySet[User]:
    """Return the users that the reader may see: themselves; everyone, for staff.

    Each comes with their preferences, memberships, organizations and projects.
    """
    parameters = parameters or {}
    organizations = with_contents(Organization.objects.all(), user=reader)
    memberships = Membership.objects.order_by("joined_at", "pk").prefetch_related(
        Prefetch("organization", queryset=organizations)
    )
    users = User.objects.all() if reader.is_staff else User.objects.filter(pk=reader.pk)
    if email := parameters.get("email"):
        users = users.filter(email=searchable(email))
    if is_staff := parameters.get("is_staff"):
        users = users.filter(is_staff=is_staff.lower() == "true")
    return (
        users.select_related("preferences")
        .prefetch_related(Prefetch("memberships", queryset=memberships))
        .order_by("pk")
    )


def lock_user(*, user_id: int) -> User:
    """Lock a user and return them as they are now.

    :raises ETagMismatch: when the client changes them and expects another state.
    """
    require_transaction()
    user = User.objects.select_for_update().get(pk=user_id)
    preconditions.check(user)
    return user


def organizations_of(user: User) -> list[Organization]:
    """Return the organizations of a listed user, in the order in which they joined."""
    return [membership.organization for membership in user.memberships.all()]


def place_of(user: User) -> Place:
    """Return where a listed user is: where they chose to be, else with their oldest project."""
    organizations = {each.pk: each for each in organizations_of(user)}
    projects = {each.pk: each for home in organizations.values() for each in home.projects.all()}
    chosen = organizations.get(cast("UUID", user.current_organization_id))
    project = projects.get(cast("int", user.current_project_id))
    if project is None:
        near = [each for each in projects.values() if not chosen or each.organization == chosen]
        project = min(near, key=lambda each: each.pk, default=None)
    if project is not None:
        chosen = organizations[project.organization_id]
    return Place(chosen or next(iter(organizations.values()), None), project)


def preferences_of(user: User) -> Preferences:
    """Return what the user likes; the defaults, when nothing is kept."""
    try:
        return user.preferences
    except Preferences.DoesNotExist:
        return Preferences(user=user)
