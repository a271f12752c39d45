"""Which project a request means, and who belongs to it."""

from collections.abc import Collection
from typing import NamedTuple, cast
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from core.characters import unstorable_character
from core.db.compiled_query import fetch
from core.db.folding import contains
from core.exceptions import NotFound, RuleBroken
from core.http.query_text import is_id, searchable, spells_number
from tenants.access import Access, open_to
from tenants.models import AccessControl, Membership, Organization, Project
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
        project = Project.objects.select_related("organization").filter(pk=int(reference)).first()
    if project is None:
        raise NotFound("Project not found. Check the project id in the URL.")
    return project


def find_current_project(*, user: User) -> Project | None:
    """Return the project the user last chose, else the oldest one of where they are now."""
    # Joins find what is deleted, too.
    if user.current_project is not None and user.current_project.deleted_at is None:
        return user.current_project
    projects = list_projects(user=user)
    if user.current_organization_id is not None:
        projects = projects.filter(organization=user.current_organization_id)
    return projects.first()


def list_projects(
    *, user: User, organization_ids: Collection[str] = (), name_contains: str = ""
) -> QuerySet[Project]:
    """Return the projects the user can reach, the oldest first; none that is closed to them.

    With ids, only those of these organizations.
    """
    own = Membership.objects.filter(user=user).values("organization")
    projects = Project.objects.filter(open_to(user), organization__in=own)
    if organization_ids:
        projects = projects.filter(organization__in=organization_ids)
    if name_contains:
        projects = projects.filter(contains("name", searchable(name_contains)))
    return projects.order_by("id")


def get_own_project(
    *, reference: str, user: User, organization_ids: Collection[str] = ()
) -> Project:
    """Return the project that a URL names by id or as `@current`, if the user can reach it.

    :raises NotFound: when they cannot, or there is none.
    :raises RuleBroken: when the URL names it by neither.
    """
    if reference == CURRENT:
        current = find_current_project(user=user)
        projects = list_projects(user=user, organization_ids=organization_ids)
        project = projects.filter(pk=current.pk).first() if current else None
    elif spells_number(reference):
        own = list_projects(user=user)
        project = own.filter(pk=int(reference)).first() if is_id(reference) else None
    else:
        raise RuleBroken(f"The id of a project is a number or {CURRENT}.")
    if project is None:
        raise NotFound
    return project


def find_project_membership(*, user: User, project: Project) -> Membership | None:
    """Return the user's place in the organization of the project.

    It knows whether the project has any access rules: most have none, and then none are read.
    """
    rules = AccessControl.objects.filter(project=project)
    memberships = Membership.objects.filter(user=user, organization_id=project.organization_id)
    found = memberships.annotate(has_access_rules=Exists(rules))  # type: ignore[no-redef]
    return found.first()


def find_access(*, user: User, project: Project, resource: str) -> Access:
    """Return what the user may do in the project, above all with this kind of thing."""
    membership = find_project_membership(user=user, project=project)
    return Access(project=project, membership=membership, resource=resource)


def get_organization(*, reference: str, user: User) -> Organization:
    """Return the organization that a URL names by UUID or as `@current`.

    :raises NotFound: when there is none; whether the user belongs to it is asked elsewhere.
    """
    if reference == CURRENT:
        organization = find_current_organization(user=user)
    else:
        organization = _find_organization(reference)
    if organization is None:
        raise NotFound("Organization not found. Check the organization id in the URL.")
    return organization


def find_current_organization(*, user: User) -> Organization | None:
    """Return the organization the user last chose, else the one of their current project."""
    if user.current_organization is not None:
        return user.current_organization
    project = find_current_project(user=user)
    if project is not None:
        return project.organization
    return list_organizations(user=user).first()


def list_organizations(
    *, user: User, organization_ids: Collection[str] = ()
) -> QuerySet[Organization]:
    """Return the organizations the user belongs to, in the order in which they joined.

    With ids, only these. Each comes with its projects and the number of its members.
    """
    organizations = with_contents(Organization.objects.filter(memberships__user=user), user=user)
    if organization_ids:
        organizations = organizations.filter(pk__in=organization_ids)
    return organizations.order_by("memberships__joined_at", "pk")


def with_contents(
    organizations: QuerySet[Organization], *, user: User, is_open: Q | None = None
) -> QuerySet[Organization]:
    """Return the organizations with the projects open to the user and the number of members."""
    members = Membership.objects.filter(organization=OuterRef("pk")).order_by()
    number = members.values("organization").annotate(number=Count("pk")).values("number")
    return organizations.annotate(member_count=Subquery(number)).prefetch_related(
        Prefetch(
            "projects", queryset=Project.objects.filter(is_open or open_to(user)).order_by("pk")
        )
    )


def get_own_organization(
    *, reference: str, user: User, organization_ids: Collection[str] = ()
) -> Organization:
    """Return the organization that a URL names, if the user belongs to it.

    :raises NotFound: when they do not, or there is none.
    """
    found = get_organization(reference=reference, user=user)
    own = list_organizations(user=user, organization_ids=organization_ids)
    organization = own.filter(pk=found.pk).first()
    if organization is None:
        raise NotFound
    return organization


def levels_of(*, user: User) -> dict[UUID, int]:
    """Return the user's level in each of their organizations."""
    return dict(Membership.objects.filter(user=user).values_list("organization_id", "level"))


def find_membership(*, user: User, organization: Organization) -> Membership | None:
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


class TokenProject(NamedTuple):
    """What capture needs to know of the project that a public token names."""

    id: int
    ingested_event: bool


def find_project_by_token(*, token: str) -> TokenProject | None:
    """Return the project with this public token."""
    if unstorable_character(token) is not None:
        return None
    rows = fetch(_BY_TOKEN, [token])
    return TokenProject(cast("int", rows[0][0]), bool(rows[0][1])) if rows else None


_BY_TOKEN = (
    f'SELECT id, ingested_event FROM "{Project._meta.db_table}"'  # noqa: S608, SLF001
    " WHERE api_token = %s AND deleted_at IS NULL"
)
