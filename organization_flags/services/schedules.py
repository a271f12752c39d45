"""Copying the scheduled changes of a flag that are still to come."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from django.db import transaction

from approvals.gate import PolicyConflict
from core.exceptions import APIException
from feature_flags.models import FeatureFlag
from scheduled_changes.changes import TIMES, ScheduleChanges
from scheduled_changes.documents import Operation
from scheduled_changes.models import MODEL_NAME, ScheduledChange
from scheduled_changes.services import schedule_change
from tenants.access import Access
from users.models import User

Document = dict[str, Any]
MAX_SCHEDULES = 100


def copy_schedules(
    *,
    source: FeatureFlag,
    target: FeatureFlag,
    translate: Callable[[list[Document]], list[Document]],
    access: Access,
    actor: User,
    now: datetime,
) -> str | None:
    """Schedule for the copy what is scheduled for the flag; say what was not possible.

    What the copy has already, from an earlier copy, is not scheduled again.
    """
    waiting = ScheduledChange.objects.filter(flag=source, executed_at__isnull=True)
    missing = max(0, waiting.count() - MAX_SCHEDULES)
    for change in waiting.order_by("scheduled_at", "id")[:MAX_SCHEDULES]:
        try:
            # A savepoint: one that is refused leaves nothing behind.
            with transaction.atomic():
                _copy(change, target, translate, access=access, actor=actor, now=now)
        except (APIException, PolicyConflict):
            missing += 1
    return f"{missing} scheduled changes could not be copied." if missing else None


def _copy(
    change: ScheduledChange,
    target: FeatureFlag,
    translate: Callable[[list[Document]], list[Document]],
    *,
    access: Access,
    actor: User,
    now: datetime,
) -> None:
    payload = change.payload
    if payload["operation"] == Operation.ADD_RELEASE_CONDITION:
        value = payload["value"]
        payload = payload | {"value": {"groups": translate(value["groups"])}}
    times: dict[str, Any] = {name: getattr(change, name) for name in TIMES}
    there = ScheduledChange.objects.filter(flag=target, executed_at__isnull=True, **times)
    if any(each.payload == payload for each in there):
        return
    if change.is_paused:
        # A new change cannot be paused; it can be once it is there.
        times["is_recurring"] = True
    values = {"record_id": str(target.pk), "model_name": MODEL_NAME, "payload": payload}
    schedule_change.in_transaction(
        project=target.project,
        access=access,
        values=cast("ScheduleChanges", values | times),
        actor=actor,
        now=now,
        is_paused=change.is_paused,
        first_at=change.first_at,
    )
