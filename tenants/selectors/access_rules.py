"""Looking up access rules, and what they can be about."""

from dataclasses import dataclass

from django.db.models import Model, QuerySet

from tenants.access import Access
from tenants.levels import EXPERIMENT, PROJECT, scale_of
from tenants.models import AccessControl, Project


@dataclass(frozen=True)
class Target:
    """What rules are about: an object of a project, the project, or all things of a kind."""

    project: Project
    resource: str
    row: Model | None = None

    @property
    def resource_id(self) -> str | None:
        """Return what rules call the object; those about a kind name none."""
        return None if self.row is None else str(self.row.pk)


@dataclass(frozen=True)
class Overview:
    """The rules of one place, and what the reader may do with it and with them."""

    access_controls: QuerySet[AccessControl]
    available_access_levels: tuple[str, ...]
    default_access_level: str
    minimum_access_level: str
    maximum_access_level: str
    user_access_level: str | None
    user_can_edit_access_levels: bool


def overview_of(*, target: Target, access: Access) -> Overview:
    """Return the rules about one object, or about the project as a whole."""
    row = target.row or target.project
    return _overview(
        rules=list_rules(target=target),
        resource=target.resource,
        level=access.level_of_object(target.resource, row),
        is_editable=access.can_manage_access(target.resource, row),
    )


def overview_of_kinds(*, project: Project, access: Access) -> Overview:
    """Return the rules about all things of a kind, of whatever kind."""
    return _overview(
        rules=_rules().filter(project=project, resource_id=None),
        resource=EXPERIMENT,
        level=access.level_of_project(),
        is_editable=access.can_manage_access(PROJECT, project),
    )


def list_rules(*, target: Target) -> QuerySet[AccessControl]:
    """Return the rules about a target, the oldest first."""
    return _rules().filter(
        project=target.project, resource=target.resource, resource_id=target.resource_id
    )


def _rules() -> QuerySet[AccessControl]:
    return AccessControl.objects.select_related("organization_member").order_by("created_at", "id")


def _overview(
    *, rules: QuerySet[AccessControl], resource: str, level: str | None, is_editable: bool
) -> Overview:
    scale = scale_of(resource)
    return Overview(
        access_controls=rules,
        available_access_levels=scale.levels,
        default_access_level=scale.default,
        minimum_access_level=scale.levels[0],
        maximum_access_level=scale.highest,
        user_access_level=level,
        user_can_edit_access_levels=is_editable,
    )
