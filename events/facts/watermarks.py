"""How far the events and merges of a project have come, and what results depend on."""

from typing import NamedTuple

from django.db import connections, transaction
from django.db.models import Max

from events.models import Event, Merge
from events.routers import events_alias
from events.services.locks import take_capture_lock


class Watermark(NamedTuple):
    """The newest event and the newest merge that are committed, with all before them."""

    event: int
    merge: int


def watermark(project_id: int) -> Watermark:
    """Return the watermark of a project; results can differ only when it does.

    On PostgreSQL ids are handed out before commits, so captures that are under way are waited for.
    """
    alias = events_alias()
    if connections[alias].vendor != "postgresql":
        return _newest(project_id)
    with transaction.atomic(using=alias):
        take_capture_lock(project_id)
        return _newest(project_id)


def _newest(project_id: int) -> Watermark:
    events = Event.objects.filter(project_id=project_id).aggregate(newest=Max("id"))
    merges = Merge.objects.filter(project_id=project_id).aggregate(newest=Max("id"))
    return Watermark(events["newest"] or 0, merges["newest"] or 0)
