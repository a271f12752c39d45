"""The approval question, asked by whoever is about to write; asking writes nothing."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from approvals import policies
from approvals.actions import Document, GatedChange
from approvals.models import ApprovalPolicy, ChangeRequest
from users.models import User


class ApprovalRequired(Exception):
    """Raised for a change that others must agree to first; the caller's transaction rolls back."""

    def __init__(self, change: GatedChange, policy: ApprovalPolicy) -> None:
        super().__init__(change.description)
        self.change = change
        self.policy = policy


class PolicyConflict(Exception):
    """Raised for one change that several policies want to be asked about."""

    def __init__(self, conflicting: Sequence[ApprovalPolicy]) -> None:
        super().__init__("More than one approval policy applies to this change.")
        self.conflicting = conflicting


class PreconditionFailed(Exception):
    """Raised while a request is carried out, when the world has moved on since it was made."""


# What of an intent was agreed to; the rest of it is there to be read.
_AGREED = ("current_state", "gated_changes", "preconditions")


@dataclass
class _Agreement:
    """Why questions need no answer now: someone agreed to this request, or to the whole."""

    request: ChangeRequest | None = None
    is_used: bool = False


_agreement: ContextVar[_Agreement | None] = ContextVar("agreement", default=None)


def check(*, project_id: int, actor: User, changes: Sequence[GatedChange]) -> None:
    """Let the changes pass, or say who must agree.

    :raises ApprovalRequired: when a policy wants agreement to one of them.
    :raises PolicyConflict: when several policies do.
    :raises PreconditionFailed: when another change was agreed to than this one.
    """
    agreement = _agreement.get()
    if agreement is not None:
        _check_same(agreement, changes)
        return
    if not changes:
        return
    keys = {key for change in changes for key in change.all_keys}
    in_force = policies.enabled_policies(project_id=project_id, action_keys=keys)
    asked = [
        (change, policy)
        for change in changes
        if (policy := policies.governing(change, policies=in_force)) is not None
    ]
    if len(asked) > 1:
        raise PolicyConflict([policy for _, policy in asked])
    if asked and not policies.may_bypass(policy=asked[0][1], actor=actor):
        raise ApprovalRequired(*asked[0])


@contextmanager
def bypassed() -> Iterator[None]:
    """Let what is done inside pass: it is part of a change that was asked about already."""
    token = _agreement.set(_Agreement())
    try:
        yield
    finally:
        _agreement.reset(token)


@contextmanager
def approved(request: ChangeRequest) -> Iterator[None]:
    """Let exactly the change of this request pass.

    :raises PreconditionFailed: when that change was not made inside.
    """
    agreement = _Agreement(request)
    token = _agreement.set(agreement)
    try:
        yield
    finally:
        _agreement.reset(token)
    if not agreement.is_used:
        raise PreconditionFailed("The change is not needed any more.")


def _check_same(agreement: _Agreement, changes: Sequence[GatedChange]) -> None:
    if agreement.request is None:
        return
    for change in changes:
        if change.subject != agreement.request.subject:
            raise PreconditionFailed(f"This would now change {change.subject} too.")
        if change.action_key == agreement.request.action_key:
            _check_intent(agreed=agreement.request.intent, now=change.intent)
            agreement.is_used = True


def _check_intent(*, agreed: Document, now: Document) -> None:
    for key in _AGREED:
        if agreed.get(key) != now.get(key):
            raise PreconditionFailed(f"Expected {key} {agreed.get(key)}, found {now.get(key)}.")
