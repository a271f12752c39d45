"""Every write to change requests, policies and webhooks."""

from approvals.services.delivering import Round, deliver_due
from approvals.services.opening import AskedOperation, open_change_request
from approvals.services.policies import create_policy, delete_policy, update_policy
from approvals.services.sweeping import sweep
from approvals.services.voting import Ballot, Outcome, VoteRefused, approve, cancel, reject
from approvals.services.webhooks import (
    check_webhook_url,
    queue_delivery,
    remove_webhook,
    rotate_webhook_secrets,
    set_webhook,
)

__all__ = [
    "AskedOperation",
    "Ballot",
    "Outcome",
    "Round",
    "VoteRefused",
    "approve",
    "cancel",
    "check_webhook_url",
    "create_policy",
    "delete_policy",
    "deliver_due",
    "open_change_request",
    "queue_delivery",
    "reject",
    "remove_webhook",
    "rotate_webhook_secrets",
    "set_webhook",
    "sweep",
    "update_policy",
]
