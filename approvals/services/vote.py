"""Agreeing to a change request, refusing it, taking it back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from approvals import notifications
from approvals.gated_change import Document
from approvals.models import Approval, ChangeRequest
from approvals.policies import Person
from approvals.registry import get_operation
from approvals.selectors import can_approve, can_cancel, decision_of, lock_change_request
from approvals.services.apply import apply_change_request
from core.db.transactions import use_case
from core.exceptions import BareError, PermissionDenied
from tenants.models import Project
from users.models import User

CANCELED_BY_REQUESTER = "Canceled by the requester."


class VoteRefused(BareError):
    """Raised for a vote that came too late, or a second time."""

    # Wire quirk: vote-errors, see docs/quirks.md.
    default_detail = "This change request cannot be voted on any more."


@dataclass(frozen=True)
class Outcome:
    """What a vote led to, as the wire names it."""

    status: str
    message: str
    result: Document | None = None


@dataclass(frozen=True)
class Vote:
    """Who votes on what, when, and why."""

    project: Project
    request_id: UUID
    voter: User
    now: datetime
    reason: str = ""


@use_case
def approve(*, vote: Vote) -> Outcome:
    """Vote for a request; the vote that completes the quorum carries it out.

    :raises PermissionDenied: when the voter is no approver.
    :raises VoteRefused: when it is not pending or overdue, or the voter voted already.
    """
    request = _votable(vote)
    _vote(request, vote, Approval.Decision.APPROVED)
    notifications.announce("approval_approved", request=request)
    quorum = request.policy_snapshot["quorum"]
    votes = request.approvals.filter(decision=Approval.Decision.APPROVED).count()
    if votes < quorum:
        request.updated_at = vote.now
        request.save(update_fields=["updated_at"])
        return Outcome("approved", f"The vote is stored: {votes} of {quorum} approvals.")
    return _agreed(request, vote.now)


@use_case
def reject(*, vote: Vote) -> Outcome:
    """Vote against a request, which ends it.

    :raises PermissionDenied: when the voter is no approver.
    :raises VoteRefused: when it is not pending or overdue, there is no reason, or the voter voted
        already.
    """
    request = _votable(vote)
    if not vote.reason:
        raise VoteRefused("A rejection needs a reason.")
    _vote(request, vote, Approval.Decision.REJECTED)
    _end(request, vote.now)
    notifications.announce("approval_rejected", request=request)
    return Outcome("rejected", "The change request is rejected.")


@use_case
def cancel(*, vote: Vote) -> Outcome:
    """Take one's own request back.

    :raises VoteRefused: when it is not the voter's, not pending, or agreed to by someone.
    """
    request = _pending(vote)
    if not can_cancel(request=request, user=vote.voter, now=vote.now):
        raise VoteRefused("Someone has approved the change request. It cannot be canceled now.")
    Approval.objects.update_or_create(
        change_request=request,
        created_by=vote.voter,
        defaults={
            "decision": Approval.Decision.REJECTED,
            "reason": vote.reason or CANCELED_BY_REQUESTER,
            "created_at": vote.now,
        },
    )
    _end(request, vote.now)
    return Outcome("canceled", "The change request is canceled.")


def _agreed(request: ChangeRequest, now: datetime) -> Outcome:
    if get_operation(name=request.operation["name"]).perform is None:
        request.state = ChangeRequest.State.APPROVED
        request.updated_at = now
        request.save(update_fields=["state", "updated_at"])
        return Outcome("approved", "The quorum is reached. The change is made at its time.")
    result = apply_change_request(request=request, now=now)
    if result is None:
        return Outcome("failed", request.apply_error)
    return Outcome("applied", "The quorum is reached and the change is applied.", result)


def _votable(vote: Vote) -> ChangeRequest:
    request = _pending(vote)
    person = Person(vote.voter, request.project.organization_id)
    if not can_approve(request=request, person=person):
        raise PermissionDenied("You are not among those who may vote on this change request.")
    if decision_of(request=request, user=vote.voter) is not None:
        raise VoteRefused("You have already voted on this change request.")
    return request


def _pending(vote: Vote) -> ChangeRequest:
    request = lock_change_request(project=vote.project, request_id=vote.request_id)
    state = request.state_at(vote.now)
    if state != request.state:
        raise VoteRefused("The change request has expired. Make the change again.")
    if state != ChangeRequest.State.PENDING:
        # Whoever asks for something that was decided before has been told so already: this is
        # about two who came at the same time.
        raise VoteRefused(f"The change request is {request.state} already.")
    return request


def _vote(request: ChangeRequest, vote: Vote, decision: str) -> None:
    Approval.objects.create(
        change_request=request,
        created_by=vote.voter,
        decision=decision,
        reason=vote.reason,
        created_at=vote.now,
    )


def _end(request: ChangeRequest, now: datetime) -> None:
    request.state = ChangeRequest.State.REJECTED
    request.updated_at = now
    request.save(update_fields=["state", "updated_at"])
