"""Scheduling changes, moving them and taking them back."""

from datetime import datetime

from activity.services import record_creation, record_deletion, record_update
from activity.snapshots import snapshot
from activity.subjects import SCHEDULED_CHANGE
from core.db import rows
from core.db.transactions import use_case
from core.exceptions import RuleBroken
from feature_flags.models import FeatureFlag
from feature_flags.selectors import lock_flag
from scheduled_changes.changes import TIMES, ScheduleChanges, times_in
from scheduled_changes.documents import Document, Operation
from scheduled_changes.models import ScheduledChange
from scheduled_changes.selectors import find_flag, lock_scheduled_change
from scheduled_changes.services.gating import ask_early, forget_request, is_open
from scheduled_changes.services.make import check_secrets
from scheduled_changes.validation import BadPayload, check_times, read_id
from tenants.access import Access
from tenants.levels import FEATURE_FLAG
from tenants.models import Project
from users.models import User

_ONCE: Document = {
    "is_recurring": False,
    "recurrence_interval": None,
    "cron_expression": None,
    "end_date": None,
}
_WRITTEN = (
    *(*TIMES, "first_at", "payload", "acts_as", "change_request"),
    *("attempts", "failure_reason", "updated_at"),
)
# What pauses a change and lets it go on.
_PAUSE = {"is_recurring"}


class WrongFlag(RuleBroken):
    """Raised when the flag of a change is not there, or the caller may not change it."""

    default_detail = "There is no such feature flag in this project."


@use_case
def schedule_change(
    *,
    project: Project,
    access: Access,
    values: ScheduleChanges,
    actor: User,
    now: datetime,
    is_paused: bool = False,
    first_at: datetime | None = None,
) -> ScheduledChange:
    """Schedule a change of a flag; if others must agree to it, they are asked now.

    One that recurs may begin paused, and count its intervals from another time than its next one.
    :raises BadPayload: when the flag does not take such a change.
    :raises PolicyConflict: when several policies want to be asked.
    :raises RuleBroken: when its times do not go together.
    :raises WrongFlag: when there is no such flag, or the actor may not change it.
    """
    flag = lock_flag(flag=_flag(project, access, values["record_id"]))
    times, payload = _ONCE | times_in(values), values["payload"]
    check_times(times, operation=payload["operation"], is_new=True, zone=project.zone, now=now)
    _check_payload(payload, flag=flag)
    if is_paused:
        times["is_recurring"] = False
    times["first_at"] = first_at or times["scheduled_at"]
    change = _new(flag, payload, times, actor=actor, now=now)
    rows.insert(change)
    record_creation(SCHEDULED_CHANGE, change, actor=actor, now=now)
    ask_early(change, now=now)
    return change


@use_case
def reschedule(
    *, change: ScheduledChange, changes: ScheduleChanges, actor: User, now: datetime
) -> ScheduledChange:
    """Change what is done, or when; who does either is who it is made as.

    Others are asked anew then. A pause, and its end where others agreed before, change neither.

    :raises BadPayload: when the flag does not take such a change.
    :raises PolicyConflict: when several policies want to be asked.
    :raises RuleBroken: when it is over, others decide about its times, or they do not go together.
    """
    change = _locked(change)
    before = snapshot(change)
    _check_changeable(change, changes)
    moved, payload = _moved(change, changes, now), _payload_after(change, changes)
    times = {name: getattr(change, name) for name in TIMES} | times_in(changes)
    check_times(times, operation=payload["operation"], is_new=False, zone=change.zone, now=now)
    if is_other := payload != change.payload or _is_due_otherwise(change, moved):
        # Nobody uses the rights of somebody else, also not by choosing when they are used.
        change.acts_as = actor
        forget_request(change, now=now)
    _set_times(change, moved)
    change.payload, change.updated_at = payload, now
    rows.update(change, columns=_WRITTEN)
    record_update(SCHEDULED_CHANGE, change, before=before, actor=actor, now=now)
    if is_other:
        ask_early(change, now=now)
    return change


@use_case
def cancel_change(*, change: ScheduledChange, actor: User, now: datetime) -> None:
    """Delete a change, and end the request that asks others about it."""
    change = _locked(change)
    forget_request(change, now=now)
    record_deletion(SCHEDULED_CHANGE, change, actor=actor, now=now)
    change.delete()


def _locked(change: ScheduledChange) -> ScheduledChange:
    flag = lock_flag(flag=change.flag)
    change = lock_scheduled_change(change=change)
    change.flag = flag
    return change


def _new(
    flag: FeatureFlag, payload: Document, times: Document, *, actor: User, now: datetime
) -> ScheduledChange:
    return ScheduledChange(
        **times,
        project=flag.project,
        flag=flag,
        payload=payload,
        timezone=getattr(flag.project.zone, "key", "UTC"),
        acts_as=actor,
        created_by=actor,
        created_at=now,
        updated_at=now,
    )


def _flag(project: Project, access: Access, record_id: str) -> FeatureFlag:
    flag = find_flag(project=project, access=access, record_id=record_id)
    if flag is None:
        raise WrongFlag
    if not access.may_write(FEATURE_FLAG, flag):
        raise WrongFlag("You do not have editor access to this feature flag.")
    return flag


def _payload_after(change: ScheduledChange, changes: ScheduleChanges) -> Document:
    payload = changes.get("payload", change.payload)
    if payload != change.payload:
        _check_payload(payload, flag=change.flag)
    return payload


def _check_payload(payload: Document, *, flag: FeatureFlag) -> None:
    check_secrets(payload, flag=flag)
    if payload["operation"] != Operation.ADD_RELEASE_CONDITION:
        return
    for name in ("payloads", "multivariate"):
        sent = payload["value"].get(name)
        if sent and sent != flag.shown_filters.get(name):
            raise BadPayload(
                f"A new condition changes no {name}. Schedule update_variants.", attr="payload"
            )


def _check_changeable(change: ScheduledChange, changes: ScheduleChanges) -> None:
    if change.executed_at is not None:
        raise RuleBroken("This change is over. Schedule another one.")
    if "record_id" in changes and read_id(changes["record_id"]) != change.flag_id:
        raise RuleBroken("The flag of a change stays. Schedule another one.", attr="record_id")


def _moved(change: ScheduledChange, changes: ScheduleChanges, now: datetime) -> Document:
    moved = {
        name: time for name, time in times_in(changes).items() if time != getattr(change, name)
    }
    if moved and is_open(change, now=now):
        raise RuleBroken(
            "Others decide about this change, or agreed to its time. Schedule another one.",
            attr=next(iter(moved)),
        )
    return moved


def _is_due_otherwise(change: ScheduledChange, moved: Document) -> bool:
    """Tell whether this makes the change at times that nobody has answered for."""
    is_resumed = bool(moved.get("is_recurring")) and change.change_request is None
    return is_resumed or bool(moved.keys() - _PAUSE)


def _set_times(change: ScheduledChange, moved: Document) -> None:
    for name, time in moved.items():
        setattr(change, name, time)
    if moved.keys() & {"scheduled_at", "recurrence_interval"}:
        change.first_at, change.attempts, change.failure_reason = change.scheduled_at, 0, None
