"""How far the events and merges of a project have come, and what results depend on."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from django.db import connections, transaction
from django.db.models import Max

from events.facts.interface import Watermark
from events.models import Merge
from events.routers import events_alias
from events.stores import event_store
from events.stores.locks import take_capture_lock


def watermark(project_id: int) -> Watermark:
    """Return the watermark of a project; results can differ only when it does."""
    with _captures_done(project_id):
        return Watermark(event_store().newest(project_id), _newest_merge(project_id))


def newest_committed_merge(project_id: int) -> int:
    """Return the id of the newest merge of a project, with all before it committed; 0 without."""
    with _captures_done(project_id):
        return _newest_merge(project_id)


def settled_moment(project_id: int) -> int:
    """Return a moment in microseconds since 1970, up to which every change of people is committed.

    Changes that are not committed yet will be of a later moment, but for clocks that differ.
    """
    # On SQLite, too: whoever begins a transaction waits for the one that writes.
    with _captures_awaited(project_id):
        return time.time_ns() // 1000


def _captures_done(project_id: int) -> AbstractContextManager[None]:
    """Wait for captures under way: PostgreSQL hands out ids before commits."""
    return _captures_awaited(project_id) if _is_postgresql() else nullcontext()


@contextmanager
def _captures_awaited(project_id: int) -> Iterator[None]:
    with transaction.atomic(using=events_alias()):
        take_capture_lock(project_id)
        yield


def _is_postgresql() -> bool:
    return connections[events_alias()].vendor == "postgresql"


def _newest_merge(project_id: int) -> int:
    merges = Merge.objects.filter(project_id=project_id).aggregate(newest=Max("id"))
    return merges["newest"] or 0
