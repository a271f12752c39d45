"""Writing the history, in the transaction of what it tells."""

from datetime import datetime

from django.db.models import Model

from activity.changes import (
    COUNTED,
    CREATED,
    DELETED,
    UPDATED,
    Change,
    activity_between,
    changes_between,
)
from activity.models import ActivityLog
from activity.snapshots import State, snapshot
from activity.subjects import Subject
from core.db import rows
from core.db.pieces import delete_in_pieces
from core.db.transactions import require_transaction
from core.http.client_name import current_client
from core.identifiers import first_uuid7_at, uuid7
from tenants.models import Project
from users.models import User


def record_creation(subject: Subject, row: Model, *, actor: User | None, now: datetime) -> None:
    """Record that the row was made; without an actor, by the system."""
    _write(subject, row, activity=CREATED, changes=None, actor=actor, now=now)


def record_update(
    subject: Subject, row: Model, *, before: State, actor: User | None, now: datetime
) -> None:
    """Record how the row differs from what it was; nothing, when it does not.

    A row that was hidden or brought back by this is recorded as deleted or restored.
    """
    after = snapshot(row)
    activity = activity_between(before, after)
    changes = changes_between(before, after, subject=subject)
    if activity == UPDATED and [change["field"] for change in changes] == ["version"]:
        # Wire quirk: nothing-changed-nothing-told, see docs/quirks.md.
        activity = COUNTED
    if changes or activity != UPDATED:
        _write(subject, row, activity=activity, changes=changes, actor=actor, now=now)


def record_deletion(subject: Subject, row: Model, *, actor: User | None, now: datetime) -> None:
    """Record that the row is deleted for good; called while it still has its id."""
    _write(subject, row, activity=DELETED, changes=None, actor=actor, now=now)


def forget_activity(*, before: datetime) -> int:
    """Delete, in pieces, what is told of the time before; return how many entries there were."""
    # By the ids, which grow with time and have an index of their own.
    old = ActivityLog.objects.filter(pk__lt=first_uuid7_at(before), created_at__lt=before)
    return delete_in_pieces(old.order_by("pk"))


def _write(
    subject: Subject,
    row: Model,
    *,
    activity: str,
    changes: list[Change] | None,
    actor: User | None,
    now: datetime,
) -> None:
    # Wire quirk: history-in-the-transaction, see docs/quirks.md.
    require_transaction()
    entry = {
        **_home_of(row, activity),
        "id": uuid7(),
        "user_id": None if actor is None else actor.pk,
        "is_system": actor is None,
        "was_impersonated": False,
        "client": current_client(),
        "activity": activity,
        "subject": subject.name,
        "scope": subject.scope,
        "item_id": str(getattr(row, subject.item)),
        "detail": _detail_of(subject, row, changes),
        "created_at": now,
    }
    rows.insert_values(ActivityLog, entry)


def _detail_of(subject: Subject, row: Model, changes: list[Change] | None) -> dict[str, object]:
    return {
        "name": getattr(row, subject.title),
        "short_id": None,
        "type": subject.type,
        "trigger": None,
        "changes": changes,
    }


def _home_of(row: Model, activity: str) -> dict[str, object]:
    # Wire quirk: history-of-an-organization, see docs/quirks.md.
    # A project knows what was changed in it; that it was made or is gone, its organization knows.
    if isinstance(row, Project):
        project_id = row.pk if activity == UPDATED else None
    else:
        project_id = getattr(row, "project_id", None)
    if project_id is not None:
        return {"project_id": project_id, "organization_id": None}
    return {"project_id": None, "organization_id": getattr(row, "organization_id", row.pk)}
