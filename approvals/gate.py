"""The approval gate: called before a write, reads policies and writes nothing."""

from collections.abc import Sequence

from approvals import policies
from approvals.approved import Approved
from approvals.gated_change import Document, GatedChange
from approvals.models import ApprovalPolicy
from core.exceptions import OwnBody
from users.models import User


class ApprovalRequired(Exception):
    """Raised for a change that others must agree to first; the caller's transaction rolls back."""

    def __init__(self, change: GatedChange, policy: ApprovalPolicy) -> None:
        super().__init__(change.description)
        self.change = change
        self.policy = policy


class PolicyConflict(OwnBody, Exception):
    """Raised for one change that several policies want to be asked about."""

    status_code = 400

    def __init__(self, conflicting: Sequence[ApprovalPolicy]) -> None:
        super().__init__("More than one approval policy applies to this change.")
        self.conflicting = conflicting

    def as_response(self) -> Document:
        return {
            "code": "policy_conflict",
            "error": str(self),
            "detail": str(self),
            "conflicting_policies": [
                {"id": str(policy.pk), "name": str(policy), "action_key": policy.action_key}
                for policy in self.conflicting
            ],
            "guidance": "Send the parts as separate requests, one for each policy.",
        }


def check(
    *,
    project_id: int,
    actor: User,
    changes: Sequence[GatedChange],
    approval: Approved | None = None,
) -> None:
    """Let the changes pass, or say who must agree.

    :raises ApprovalRequired: when a policy wants agreement to one of them.
    :raises PolicyConflict: when several policies do.
    :raises PreconditionFailed: when another change was agreed to than this one.
    """
    if approval is not None:
        approval.check_same(changes)
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
