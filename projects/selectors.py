"""Which project a request means, and who belongs to it."""

from uuid import UUID

from django.core.exceptions import ValidationError

from core.exceptions import NotFound, RuleBroken
from core.query_text import is_id
from projects.models import Membership, Organization, Project
from users.models import User

CURRENT = "@current"


def get_project(*, reference: str, user: User) -> Project:
    """Return the project that a URL names by id or as `@current`.

    :raises NotFound: when there is none; whether the user may see it is asked elsewhere.
    """
    project = None
    if reference == CURRENT:
        project = find_current_project(user=user)
    elif is_id(reference):
        project = Project.objects.filter(pk=int(reference)).first()
    if project is None:
        raise NotFound("Project not found. Check the project id in the URL.")
    return project


def find_current_project(*, user: User) -> Project | None:
    """Return the project the user last chose, else the oldest one they can reach."""
    if user.current_project is not None:
        return user.current_project
    return Project.objects.filter(organization__memberships__user=user).order_by("id").first()


def find_membership(*, user: User, project: Project) -> Membership | None:
    """Return the user's place in the organization of the project."""
    return Membership.objects.filter(user=user, organization_id=project.organization_id).first()


def get_organization(*, reference: str, user: User) -> Organization:
    """Return the organization that a URL names by UUID or as `@current`.

    :raises NotFound: when there is none; whether the user belongs to it is asked elsewhere.
    """
    if reference == CURRENT:
        project = find_current_project(user=user)
        organization = project.organization if project else None
    else:
        organization = _find_organization(reference)
    if organization is None:
        raise NotFound("Organization not found. Check the organization id in the URL.")
    return organization


def find_place(*, user: User, organization: Organization) -> Membership | None:
    """Return the user's place in the organization."""
    return Membership.objects.filter(user=user, organization=organization).first()


def find_member(*, organization: Organization, user_uuid: UUID) -> User | None:
    """Return the member of the organization with this UUID."""
    return User.objects.filter(uuid=user_uuid, memberships__organization=organization).first()


def check_reach(*, user: User, projects: list[int], organizations: list[str]) -> None:
    """Check that the user belongs to these projects and organizations.

    :raises RuleBroken: with attr `scoped_teams` or `scoped_organizations`.
    """
    reachable = Organization.objects.filter(memberships__user=user)
    own_projects = Project.objects.filter(organization__in=reachable)
    if missing := set(projects) - set(own_projects.values_list("pk", flat=True)):
        raise RuleBroken(
            f"{user} has no access to the project {min(missing)}.", attr="scoped_teams"
        )
    own = {str(pk) for pk in reachable.values_list("pk", flat=True)}
    if foreign := set(organizations) - own:
        raise RuleBroken(
            f"{user} does not belong to the organization {min(foreign)}.",
            attr="scoped_organizations",
        )


def _find_organization(reference: str) -> Organization | None:
    try:
        return Organization.objects.filter(pk=reference).first()
    except ValidationError:
        # It is no UUID.
        return None
