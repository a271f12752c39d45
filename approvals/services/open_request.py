"""Recording that a change waits for agreement, after the attempt at it was rolled back."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from approvals import notifications, policies
from approvals.gate import ApprovalRequired
from approvals.gated_change import Document
from approvals.models import ChangeRequest
from approvals.payloads import encrypt_members
from approvals.registry import Target, get_operation
from approvals.services.expire import expire
from core.db.transactions import use_case


@dataclass(frozen=True)
class AskedOperation:
    """The operation a client asked for: what to carry out once it is agreed to."""

    name: str
    method: str
    target: Target
    data: Document
    is_form: bool


@use_case
def open_change_request(
    *, required: ApprovalRequired, operation: AskedOperation, open_until: datetime | None = None
) -> tuple[ChangeRequest, bool]:
    """Record the request, or find the open one for the same thing; tell whether it is new.

    It stays open as long as the policy says, and at least until the time that is given.
    """
    request = None
    while request is None:
        open_one = _open_request(required, operation)
        if open_one is not None:
            return open_one, False
        request = _record_first(required, operation)
    if open_until is not None and open_until > request.expires_at:
        request.expires_at = open_until
        request.save(update_fields=["expires_at"])
    notifications.announce("approval_requested", request=request)
    return request, True


def _record_first(required: ApprovalRequired, operation: AskedOperation) -> ChangeRequest | None:
    try:
        with transaction.atomic():
            return _record(required, operation)
    except IntegrityError:
        # Someone else asked between our look and our insert: theirs is the open one, unless it
        # is decided by the time we look again.
        return None


def _open_request(required: ApprovalRequired, operation: AskedOperation) -> ChangeRequest | None:
    found = (
        ChangeRequest.objects.select_for_update(of=("self",))
        .filter(
            project=operation.target.project,
            action_key=required.change.action_key,
            subject=required.change.subject,
            state__in=ChangeRequest.OPEN_STATES,
        )
        .first()
    )
    if found is not None and found.expires_at <= operation.target.now:
        # Overdue, and no sweep has come by yet: it must not stand in the way.
        expire(request=found, now=operation.target.now)
        return None
    return found


def _record(required: ApprovalRequired, operation: AskedOperation) -> ChangeRequest:
    change, target = required.change, operation.target
    shown = get_operation(name=operation.name).shown(target, operation.data)
    return ChangeRequest.objects.create(
        project=target.project,
        action_key=change.action_key,
        resource_type=change.resource_type,
        # Wire quirk: no-resource-id-for-posts, see docs/quirks.md.
        resource_id=None if operation.method == "POST" else change.resource_id,
        subject=change.subject,
        intent=change.intent | {"full_request_data": shown, "http_method": operation.method},
        intent_display=change.display,
        operation=_replay_of(operation, shown),
        policy_snapshot=policies.snapshot(required.policy),
        created_by=target.actor,
        created_at=target.now,
        updated_at=target.now,
        expires_at=target.now + required.policy.expires_after,
    )


def _replay_of(operation: AskedOperation, shown: Document) -> Document:
    names = frozenset(operation.data)
    current = get_operation(name=operation.name).current(operation.target, names)
    replay: Document = {
        "name": operation.name,
        "object_id": operation.target.object_id,
        "is_form": operation.is_form,
        "before": current,
    }
    if shown != operation.data:
        replay["encrypted_data"] = encrypt_members(operation.data)
    return replay
