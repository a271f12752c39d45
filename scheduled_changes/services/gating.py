"""Asking whether others must agree to a scheduled change, before its time comes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

from django.db import transaction

from approvals.approved import Approved
from approvals.gate import ApprovalRequired
from approvals.models import ChangeRequest
from approvals.registry import Target
from approvals.selectors import lock_request
from approvals.services import (
    AskedOperation,
    expire_change_request,
    open_change_request,
    settle_failed,
)
from core.db.transactions import require_transaction
from core.exceptions import APIException, RuleBroken
from scheduled_changes.models import ScheduledChange
from scheduled_changes.services.make import make_change
from users.models import User

OPERATION = "feature_flag.scheduled_change"
# A request stays open until the time of its change, and for a while after it.
_GRACE = timedelta(days=1)
_LAST_TIME = datetime.max.replace(tzinfo=UTC)
# The flag may change in other ways until then.
_AGREED = ("current_state", "gated_changes")
_State = ChangeRequest.State
_REFUSALS = {
    _State.REJECTED: "The change request was rejected.",
    _State.EXPIRED: "The change request expired before enough people agreed.",
    _State.FAILED: "The change request failed.",
}


class _Undone(Exception):
    """Raised to undo what was only tried."""


def ask_early(change: ScheduledChange, *, now: datetime) -> None:
    """Try a change on its locked flag, undo it, and ask those who must agree to it.

    What the flag refuses today it may take when the time comes.

    :raises PolicyConflict: when several policies want to be asked.
    """
    require_transaction()
    try:
        with transaction.atomic():
            make_change(change, now=now)
            raise _Undone
    except ApprovalRequired as required:
        ask(change, required, now=now)
    except (_Undone, APIException):
        return


def ask(change: ScheduledChange, required: ApprovalRequired, *, now: datetime) -> None:
    """Open the request that a change is bound to from now on."""
    when = change.scheduled_at.isoformat(timespec="minutes")
    asked = replace(
        required.change,
        # Its own: a request for the same change at once is another one.
        subject=f"scheduled_change:{change.pk}",
        description=f"{required.change.description}, scheduled for {when}",
    )
    operation = AskedOperation(
        name=OPERATION,
        method="PATCH",
        target=Target(change.project, change.flag_id, cast("User", change.acts_as), now),
        data={"scheduled_change_id": change.pk, "payload": change.payload},
        is_form=False,
    )
    request, _ = open_change_request.in_transaction(
        required=ApprovalRequired(asked, required.policy),
        operation=operation,
        open_until=min(change.scheduled_at, _LAST_TIME - _GRACE) + _GRACE,
    )
    change.change_request = request
    change.save(update_fields=["change_request"])


def is_open(change: ScheduledChange, *, now: datetime) -> bool:
    """Tell whether others decide about a change, or have agreed to it, and it is not made yet."""
    request = change.change_request
    return request is not None and request.state_at(now) in ChangeRequest.OPEN_STATES


def forget_request(change: ScheduledChange, *, now: datetime) -> None:
    """End the request of a change, if there is one that is open."""
    if change.change_request is not None:
        expire_change_request(request_id=change.change_request.pk, now=now)
    change.change_request = None


def fail_request(change: ScheduledChange, *, reason: str, now: datetime) -> None:
    """End the request of a change that is given up, if there is one that is open."""
    require_transaction()
    if change.change_request is None:
        return
    request = lock_request(request_id=change.change_request.pk, now=now)
    if request.state in ChangeRequest.OPEN_STATES:
        settle_failed(request=request, reason=reason, now=now)


def approval_for(change: ScheduledChange, request: ChangeRequest | None) -> Approved | None:
    """Return what a change is made with: what was agreed to, also for the next times.

    :raises RuleBroken: when it was not agreed to.
    """
    if request is None:
        return None
    if request.state in _REFUSALS:
        raise RuleBroken(_REFUSALS[_State(request.state)])
    return Approved(request, agreed=_AGREED, subject=f"feature_flag:{change.flag_id}")
