"""Carrying out a request that was agreed to, as the person who asked for it."""

from datetime import datetime
from typing import cast

from django.db import transaction

from approvals import notifications
from approvals.approved import Approved, PreconditionFailed
from approvals.gated_change import Document
from approvals.models import ChangeRequest
from approvals.payloads import decrypt_members, sent_again
from approvals.registry import Target, get_operation
from core.db.transactions import require_transaction
from core.exceptions import APIException, first_message
from core.ops.encryption import Unreadable
from users.models import User


def apply_change_request(*, request: ChangeRequest, now: datetime) -> Document | None:
    """Carry out a locked request and return its result; a failure is recorded and gives None."""
    require_transaction()
    try:
        # A savepoint: what fails is undone, that it failed is kept.
        with transaction.atomic():
            result = _carry_out(request, now)
    except PreconditionFailed as error:
        settle_failed(request=request, reason=f"Precondition failed: {error}", now=now)
        return None
    except APIException as error:
        reason = f"The change is not possible any more: {first_message(error)}"
        settle_failed(request=request, reason=reason, now=now)
        return None
    settle_applied(request=request, result=result, now=now)
    return result


def settle_applied(*, request: ChangeRequest, result: Document, now: datetime) -> None:
    """Write down that a locked request is carried out."""
    require_transaction()
    request.state = ChangeRequest.State.APPLIED
    request.applied_at = request.updated_at = now
    request.applied_by = request.created_by
    request.result_data = result
    request.save(update_fields=["state", "applied_at", "updated_at", "applied_by", "result_data"])
    notifications.announce("approval_applied", request=request)


def settle_failed(*, request: ChangeRequest, reason: str, now: datetime) -> None:
    """Write down that a locked request could not be carried out, and why."""
    require_transaction()
    request.state = ChangeRequest.State.FAILED
    request.apply_error = reason
    request.updated_at = now
    request.save(update_fields=["state", "apply_error", "updated_at"])
    notifications.announce("approval_failed", request=request)


def staleness(*, request: ChangeRequest, now: datetime) -> str | None:
    """Say how what a request is about has changed since, or return None when it has not.

    :raises NotFound: when it is gone.
    """
    operation, target = get_operation(name=request.operation["name"]), _target(request, now)
    before = request.operation["before"]
    current = operation.current(target, frozenset(before))
    changed = sorted(name for name in before if current.get(name) != before[name])
    if changed:
        return f"{', '.join(changed)} changed after this was requested."
    return operation.drift(target, request.intent)


def _carry_out(request: ChangeRequest, now: datetime) -> Document:
    _check_requester(request, now)
    operation, target = get_operation(name=request.operation["name"]), _target(request, now)
    if (result := operation.done(target, request.intent)) is not None:
        return result
    if problem := staleness(request=request, now=now):
        raise PreconditionFailed(problem)
    stored = request.operation
    data = sent_again(_members(request), is_form=stored["is_form"])
    approval = Approved(request)
    if operation.perform is None:
        raise PreconditionFailed("Agreeing does not change this yet.")
    result = operation.perform(target, data, approval)
    approval.require_used()
    return result


def _members(request: ChangeRequest) -> Document:
    secret = request.operation.get("encrypted_data")
    if secret is None:
        return cast("Document", request.intent["full_request_data"])
    try:
        return decrypt_members(secret)
    except Unreadable:
        raise PreconditionFailed("The secrets in the request cannot be read any more.") from None


def _check_requester(request: ChangeRequest, now: datetime) -> None:
    requester = request.created_by
    is_here = requester is not None and requester.is_active
    operation = get_operation(name=request.operation["name"])
    if not is_here or not operation.is_allowed(_target(request, now)):
        raise PreconditionFailed("The person who asked for this has no access any more.")


def _target(request: ChangeRequest, now: datetime) -> Target:
    return Target(
        project=request.project,
        object_id=request.operation["object_id"],
        # Without one, `_check_requester` refuses before anything is done in their name.
        actor=cast("User", request.created_by),
        now=now,
    )
