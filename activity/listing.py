"""Filters entries that the reader may not see out of lists."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet

from activity.changes import CREATED
from activity.models import ActivityLog
from activity.subjects import Subject
from tenants.access import Access
from tenants.levels import Hidden


def visible(
    entries: QuerySet[ActivityLog], *, access: Access, subjects: tuple[Subject, ...]
) -> QuerySet[ActivityLog]:
    """Return the entries without those about things of these kinds that are denied the reader."""
    access.prepare(subject.resource for subject in subjects)
    hidden = {subject: access.hidden(subject.resource) for subject in subjects}
    made = _made_by_reader(hidden, access)
    for subject, told in hidden.items():
        if told.is_all_but:
            shown = Q(item_id__in=told.ids) | Q(item_id__in=_all_made_by_reader(subject, access))
            entries = entries.filter(~Q(subject=subject.name) | shown)
        elif ids := {each for each in told.ids if (subject.maker_of, each) not in made}:
            entries = entries.exclude(subject=subject.name, item_id__in=sorted(ids))
    return entries


# Whoever made a thing is never denied it, nor what is told of its parts.
def _made_by_reader(hidden: Mapping[Subject, Hidden], access: Access) -> set[tuple[str, str]]:
    """Return which of the hidden things the reader has made."""
    denied = [told.ids for told in hidden.values() if not told.is_all_but]
    ids = set().union(*denied)
    if not ids:
        return set()
    made = _creations(access).filter(item_id__in=ids)
    return set(made.values_list("subject", "item_id"))


def _all_made_by_reader(subject: Subject, access: Access) -> QuerySet[ActivityLog, Any]:
    return _creations(access).filter(subject=subject.maker_of).values("item_id")


def _creations(access: Access) -> QuerySet[ActivityLog]:
    return ActivityLog.objects.filter(project=access.project, activity=CREATED, user=access.user_id)
