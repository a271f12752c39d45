"""Every write to change requests and policies."""

from approvals.services.opening import AskedOperation, open_change_request
from approvals.services.policies import create_policy, delete_policy, update_policy
from approvals.services.sweeping import sweep
from approvals.services.voting import Ballot, Outcome, VoteRefused, approve, cancel, reject

__all__ = [
    "AskedOperation",
    "Ballot",
    "Outcome",
    "VoteRefused",
    "approve",
    "cancel",
    "create_policy",
    "delete_policy",
    "open_change_request",
    "reject",
    "sweep",
    "update_policy",
]
