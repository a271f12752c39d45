"""Looking up what happened."""

from collections.abc import Collection
from typing import TypedDict
from uuid import UUID

from django.db.models import Model, QuerySet

from activity.changes import COUNTED
from activity.listing import visible
from activity.models import ActivityLog
from activity.subjects import PROJECT, RULED, Subject
from tenants.access import Access, open_to
from tenants.models import Organization, Project
from users.models import User


class ActivityFilters(TypedDict, total=False):
    """What shall be shown of a project's history: an absent key leaves nothing out."""

    user: UUID
    scope: str
    scopes: Collection[str]
    item_id: str


_LOOKUPS = {"user": "user", "scope": "scope", "scopes": "scope__in", "item_id": "item_id"}


def list_activity(
    *, project: Project, access: Access, filters: ActivityFilters
) -> QuerySet[ActivityLog]:
    """Return what happened in the project to what the reader may know of, the newest first."""
    entries = _filtered(_entries(project=project).select_related("project"), filters)
    return visible(entries, access=access, subjects=RULED)


def list_activity_of_organization(
    *, organization: Organization, reader: User, filters: ActivityFilters
) -> QuerySet[ActivityLog]:
    """Return what happened to the organization, its members and its projects, newest first.

    Projects that are closed to the reader are left out.
    """
    entries = _filtered(_entries(organization=organization), filters)
    closed = Project.objects.filter(organization=organization).exclude(open_to(reader))
    ids = [str(pk) for pk in closed.values_list("pk", flat=True)]
    return entries.exclude(subject=PROJECT.name, item_id__in=ids) if ids else entries


def list_activity_of(
    *, project: Project, access: Access, subject: Subject, item_id: int | None = None
) -> QuerySet[ActivityLog]:
    """Return what happened to one thing of this kind, or to all that the reader may know of.

    The newest comes first. Whether the reader may know of the one is asked elsewhere.
    """
    # Wire quirk: history-of-one-resource, see docs/quirks.md.
    entries = _entries(project=project).filter(subject=subject.name)
    if item_id is None:
        return visible(entries, access=access, subjects=(subject,))
    return entries.filter(item_id=str(item_id))


def list_history(*, subject: Subject, row: Model) -> QuerySet[ActivityLog]:
    """Return all that is kept of a row of a project, the newest first, whoever asks."""
    project_id: int = row.project_id  # type: ignore[attr-defined]
    entries = _kept(project=project_id)
    return entries.filter(subject=subject.name, item_id=str(row.pk))


def _entries(**home: Project | Organization | int) -> QuerySet[ActivityLog]:
    return _kept(**home).exclude(activity=COUNTED)


def _kept(**home: Project | Organization | int) -> QuerySet[ActivityLog]:
    return ActivityLog.objects.filter(**home).select_related("user").order_by("-id")


def _filtered(entries: QuerySet[ActivityLog], filters: ActivityFilters) -> QuerySet[ActivityLog]:
    wanted: dict[str, object] = {_LOOKUPS[name]: value for name, value in filters.items()}
    if "user" in filters:
        # Not by a join, which hides from planners that an index begins with the person.
        wanted["user"] = User.objects.filter(uuid=filters["user"]).values("pk")[:1]
    return entries.filter(**wanted)
