"""Looking up flags in all projects of an organization that somebody reaches."""

from collections.abc import Collection

from django.db.models import QuerySet

from core.http.query_text import is_id, searchable
from feature_flags.models import FeatureFlag
from feature_flags.selectors import list_flags
from tenants.access import Access, access_to_projects
from tenants.levels import FEATURE_FLAG
from tenants.models import Organization, Project
from tenants.selectors import find_project_membership, list_projects
from users.models import User


def list_own_projects(*, user: User, organization: Organization) -> QuerySet[Project]:
    """Return the projects of the organization that are open to the user."""
    return list_projects(user=user, organization_ids=[str(organization.pk)])


def find_project(*, user: User, organization: Organization, project_id: int) -> Project | None:
    """Return a project of the organization that is open to the user."""
    if not is_id(str(project_id)):
        return None
    return list_own_projects(user=user, organization=organization).filter(pk=project_id).first()


def find_visible_flag(*, project: Project, access: Access, key: str) -> FeatureFlag | None:
    """Return the live flag of the project with this key, unless the reader must not know of it."""
    flags = list_flags(project=project).filter(deleted=False, key=searchable(key))
    return access.visible(FEATURE_FLAG, flags).first()


def find_projects(
    *, user: User, organization: Organization, project_ids: Collection[int]
) -> dict[int, Project]:
    """Return those of these projects of the organization that are open to the user, by id."""
    ids = [pk for pk in project_ids if is_id(str(pk))]
    return list_own_projects(user=user, organization=organization).in_bulk(ids)


def visible_flags_of_keys(
    *, user: User, project_ids: Collection[int], keys: Collection[str]
) -> dict[tuple[int, str], FeatureFlag]:
    """Return the live flags that these projects have under these keys, by project and key.

    Those that are denied the user are not among them.
    """
    projects = Project.objects.filter(pk__in=project_ids)
    flags = FeatureFlag.objects.filter(project__in=projects, key__in=keys, deleted=False)
    return {(flag.project_id, flag.key): flag for flag in _without_hidden(flags, user, projects)}


def find_deleted_flag(*, project: Project, key: str) -> FeatureFlag | None:
    """Return the flag with this key that was deleted last."""
    return list_flags(project=project).filter(deleted=True, key=key).order_by("-updated_at").first()


def list_flags_of_key(*, user: User, organization: Organization, key: str) -> list[FeatureFlag]:
    """Return the live flags with this key, the oldest project's first."""
    found = _live_flags(user, organization).filter(key=searchable(key))
    return list(found.select_related("created_by").order_by("project_id"))


def list_keys(*, user: User, organization: Organization) -> QuerySet[FeatureFlag, str]:
    """Return the distinct keys of the live flags, in order."""
    return _live_flags(user, organization).order_by("key").values_list("key", flat=True).distinct()


def flags_of_ids(*, project: Project, ids: Collection[int]) -> dict[int, FeatureFlag]:
    """Return those of these flags that the project has, by id."""
    return {flag.pk: flag for flag in list_flags(project=project).filter(pk__in=ids)}


def _live_flags(user: User, organization: Organization) -> QuerySet[FeatureFlag]:
    projects = list_own_projects(user=user, organization=organization)
    flags = FeatureFlag.objects.filter(project__in=projects, deleted=False)
    return _without_hidden(flags, user, projects)


def _without_hidden(
    flags: QuerySet[FeatureFlag], user: User, projects: QuerySet[Project]
) -> QuerySet[FeatureFlag]:
    # Few projects have rules about flags; all of them are of one organization.
    ruled = [*projects.filter(access_controls__resource=FEATURE_FLAG).distinct()]
    if not ruled:
        return flags
    membership = find_project_membership(user=user, project=ruled[0])
    for access in access_to_projects(projects=ruled, membership=membership, resource=FEATURE_FLAG):
        if access.hides_any(FEATURE_FLAG):
            rows = FeatureFlag.objects.filter(project=access.project)
            shown = access.visible(FEATURE_FLAG, rows).values("pk")
            flags = flags.exclude(pk__in=rows.exclude(pk__in=shown).values("pk"))
    return flags
