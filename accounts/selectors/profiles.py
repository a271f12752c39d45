"""Looking up users together with where they are and what they may reach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from django.db.models import Min, Prefetch, Q, QuerySet

from accounts.models import Preferences
from core import preconditions
from core.db.transactions import require_transaction
from core.exceptions import NotFound
from core.http.query_text import searchable
from tenants.access import open_to
from tenants.models import Membership, Organization, Project
from tenants.selectors import with_contents
from users.models import User

# Where a listed user keeps what was read of their place.
_PLACE = "place"


@dataclass(frozen=True)
class Place:
    """Where a user is: in an organization, and there in a project."""

    organization: Organization | None
    project: Project | None


def list_users(*, reader: User, parameters: Mapping[str, str] | None = None) -> QuerySet[User]:
    """Return the users that the reader may see: themselves; everyone, for staff.

    Each comes with their preferences, memberships and organizations.
    """
    parameters = parameters or {}
    memberships = Membership.objects.order_by("joined_at", "pk").select_related("organization")
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


def own_row(*, user: User) -> QuerySet[User]:
    """Return the user's own row, with their preferences and nothing else."""
    return User.objects.filter(pk=user.pk).select_related("preferences")


def lock_user(*, user_id: int) -> User:
    """Lock a user and return them as they are now.

    :raises ETagMismatch: when the client changes them and expects another state.
    :raises NotFound: when they deleted themselves meanwhile.
    """
    require_transaction()
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise NotFound
    preconditions.check(user)
    return user


def organizations_of(user: User) -> list[Organization]:
    """Return the organizations of a listed user, in the order in which they joined."""
    return [membership.organization for membership in user.memberships.all()]


def place_of(user: User, *, reader: User) -> Place:
    """Return where a listed user is: where they chose to be, else with their oldest project."""
    if _PLACE not in user.__dict__:
        prefetch_places(users=[user], reader=reader)
    place: Place = user.__dict__[_PLACE]
    return place


def prefetch_places(*, users: Sequence[User], reader: User) -> None:
    """Read for many listed users at once where they are, as far as the reader may know of it."""
    homes = {user.pk: [each.pk for each in organizations_of(user)] for user in users}
    is_open = _open_to(reader)
    projects = Project.objects.filter(is_open, organization__in=set().union(*homes.values()))
    chosen = projects.in_bulk({user.current_project_id for user in users} - {None})
    found = {
        user.pk: project
        for user in users
        if (project := chosen.get(cast("int", user.current_project_id)))
        and project.organization_id in homes[user.pk]
    }
    lost = [user for user in users if user.pk not in found]
    found |= _oldest_projects(lost, homes, projects) if lost else {}
    wanted = {user.pk: _organization_id(user, found.get(user.pk), homes[user.pk]) for user in users}
    near = Organization.objects.filter(pk__in=set(wanted.values()) - {None})
    organizations = with_contents(near, user=reader, is_open=is_open).in_bulk()
    for user in users:
        organization = organizations.get(cast("UUID", wanted[user.pk]))
        user.__dict__[_PLACE] = Place(organization, found.get(user.pk))


def _open_to(reader: User) -> Q:
    # Staff see users of organizations to which they do not belong.
    return open_to(reader, organizations=Organization.objects.all() if reader.is_staff else None)


def _oldest_projects(
    users: Sequence[User], homes: Mapping[int, Sequence[UUID]], projects: QuerySet[Project]
) -> dict[int, Project]:
    oldest = dict(projects.order_by().values_list("organization").annotate(Min("pk")))
    ids = {}
    for user in users:
        is_somewhere = user.current_organization_id in homes[user.pk]
        near = [user.current_organization_id] if is_somewhere else homes[user.pk]
        own = [oldest[home] for home in near if home in oldest]
        if own:
            ids[user.pk] = min(own)
    rows = projects.in_bulk(set(ids.values()))
    return {pk: rows[project] for pk, project in ids.items() if project in rows}


def _organization_id(user: User, project: Project | None, homes: Sequence[UUID]) -> UUID | None:
    if project is not None:
        return project.organization_id
    if user.current_organization_id in homes:
        return user.current_organization_id
    return next(iter(homes), None)


def preferences_of(user: User) -> Preferences:
    """Return what the user likes; the defaults, when nothing is kept."""
    try:
        return user.preferences
    except Preferences.DoesNotExist:
        return Preferences(user=user)
