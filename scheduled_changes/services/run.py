"""Making the changes whose time has come, each exactly once."""

import logging
from datetime import datetime

from django.db import IntegrityError, transaction

from activity.services import record_update
from activity.snapshots import snapshot
from activity.subjects import SCHEDULED_CHANGE
from approvals.approved import PreconditionFailed
from approvals.gate import ApprovalRequired, PolicyConflict
from approvals.models import ChangeRequest
from approvals.selectors import lock_request
from approvals.services import settle_applied
from core.db.transactions import use_case
from core.exceptions import APIException, NotFound, first_message
from feature_flags.selectors import lock_flag
from scheduled_changes.models import ScheduledChange
from scheduled_changes.selectors import due_ids, lock_due_change
from scheduled_changes.services.gating import approval_for, ask, fail_request
from scheduled_changes.services.make import make_change

_logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 5
_TRIED = "The server could not make this change now. It tries again in a minute."
_GIVEN_UP = f"The server could not make this change in {MAX_ATTEMPTS} tries."
_REFUSED_BY_DATABASE = "The database refuses this change: it breaks one of its rules."
_MOVED_ON = "The feature flag is not as it was when others agreed to this change."


def run_scheduled_changes(*, now: datetime) -> int:
    """Make every change whose time has come, and return how many were made or given up."""
    return sum(_visited(change_id, now) for change_id in due_ids(now=now))


def _visited(change_id: int, now: datetime) -> bool:
    # One change must not keep the others waiting.
    try:
        return _visit(change_id=change_id, now=now)
    except IntegrityError:
        _logger.exception("The database refused the scheduled change %s.", change_id)
        return _give_up(change_id=change_id, reason=_REFUSED_BY_DATABASE, now=now)
    except Exception:
        _logger.exception("The scheduled change %s could not be made.", change_id)
        return _count_attempt(change_id=change_id, now=now)


@use_case
def _visit(*, change_id: int, now: datetime) -> bool:
    seen = ScheduledChange.objects.select_related("flag").filter(pk=change_id).first()
    if seen is None:
        return False
    # The flag first, as everywhere; who waited here for another runner finds nothing to do.
    try:
        flag = lock_flag(flag=seen.flag)
    except NotFound:
        return False
    change = lock_due_change(change_id=change_id, now=now)
    if change is None:
        return False
    change.flag = flag
    request = change.change_request and lock_request(request_id=change.change_request.pk, now=now)
    if request is not None and request.state == ChangeRequest.State.PENDING:
        return False
    return _made(change, request, now)


def _made(change: ScheduledChange, request: ChangeRequest | None, now: datetime) -> bool:
    try:
        # A savepoint: what fails is undone, that it failed is kept.
        with transaction.atomic():
            approval = approval_for(change, request)
            flag = make_change(change, now=now, approval=approval)
    except ApprovalRequired as required:
        ask(change, required, now=now)
        return False
    except PreconditionFailed:
        _end(change, _MOVED_ON, now)
    except PolicyConflict as conflict:
        _end(change, str(conflict), now)
    except APIException as error:
        _end(change, first_message(error), now)
    else:
        if request is not None and request.state == ChangeRequest.State.APPROVED:
            result: dict[str, object] = {"resource_id": flag.pk, "resource_version": flag.version}
            settle_applied(request=request, result=result, now=now)
        _finish(change, now)
    return True


@use_case
def _give_up(*, change_id: int, reason: str, now: datetime) -> bool:
    change = lock_due_change(change_id=change_id, now=now)
    if change is None:
        return False
    _end(change, reason, now)
    return True


@use_case
def _count_attempt(*, change_id: int, now: datetime) -> bool:
    change = lock_due_change(change_id=change_id, now=now)
    if change is None:
        return False
    change.attempts += 1
    if change.attempts >= MAX_ATTEMPTS:
        _end(change, _GIVEN_UP, now)
        return True
    change.failure_reason, change.updated_at = _TRIED, now
    change.save(update_fields=["attempts", "failure_reason", "updated_at"])
    return False


def _finish(change: ScheduledChange, now: datetime) -> None:
    before = snapshot(change)
    next_at = change.next_after(now)
    if change.is_recurring:
        change.last_executed_at = now
    if next_at is None:
        change.executed_at = now
    else:
        change.scheduled_at = next_at
    change.attempts, change.failure_reason, change.updated_at = 0, None, now
    change.save()
    record_update(SCHEDULED_CHANGE, change, before=before, actor=change.acts_as, now=now)


def _end(change: ScheduledChange, reason: str, now: datetime) -> None:
    before = snapshot(change)
    fail_request(change, reason=reason, now=now)
    change.failure_reason, change.executed_at, change.updated_at = reason, now, now
    change.save(update_fields=["attempts", "failure_reason", "executed_at", "updated_at"])
    # Nobody gave it up: the system did.
    record_update(SCHEDULED_CHANGE, change, before=before, actor=None, now=now)
