"""Leaving out of lists what a reader may not know of."""

from typing import Any

from django.db.models import Q, QuerySet

from activity.models import ActivityLog
from activity.subjects import Subject
from tenants.access import Access


def visible(
    entries: QuerySet[ActivityLog], *, access: Access, subjects: tuple[Subject, ...]
) -> QuerySet[ActivityLog]:
    """Return the entries without those about things of these kinds that are denied the reader."""
    access.prepare(subject.resource for subject in subjects)
    for subject in subjects:
        hidden = access.hidden(subject.resource)
        if hidden.ids or hidden.is_all_but:
            named = Q(item_id__in=hidden.ids)
            shown = Q(item_id__in=_made_by_reader(subject, access))
            shown |= named if hidden.is_all_but else ~named
            entries = entries.filter(~Q(subject=subject.name) | shown)
    return entries


def _made_by_reader(subject: Subject, access: Access) -> QuerySet[ActivityLog, Any]:
    # Whoever made a thing is never denied it.
    made = ActivityLog.objects.filter(
        project=access.project, subject=subject.name, activity="created", user=access.user_id
    )
    return made.values("item_id")
