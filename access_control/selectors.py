"""Looking up access rules."""

from dataclasses import dataclass

from django.db.models import QuerySet

from access_control.models import AccessControl
from projects.models import Project


@dataclass(frozen=True)
class Target:
    """What rules are about: an object of a project, or without an id all things of a kind."""

    project: Project
    resource: str
    resource_id: str | None = None


def list_rules_of(*, target: Target) -> QuerySet[AccessControl]:
    """Return the rules about a target, the oldest first."""
    return _rules().filter(
        project=target.project, resource=target.resource, resource_id=target.resource_id
    )


def list_rules_of_kinds(*, project: Project) -> QuerySet[AccessControl]:
    """Return the project's rules about all things of a kind, the oldest first."""
    return _rules().filter(project=project, resource_id=None)


def _rules() -> QuerySet[AccessControl]:
    people = ("organization_member", "created_by")
    return AccessControl.objects.select_related(*people).order_by("created_at", "id")
