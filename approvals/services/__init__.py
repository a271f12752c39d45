"""Every write to change requests, policies and webhooks."""

from approvals.services.apply import settle_applied, settle_failed
from approvals.services.deliver import Round, deliver_due, forget_deliveries
from approvals.services.expire import expire_change_request
from approvals.services.open_request import AskedOperation, open_change_request
from approvals.services.policies import create_policy, delete_policy, update_policy
from approvals.services.sweep import sweep
from approvals.services.vote import Outcome, Vote, VoteRefused, approve, cancel, reject
from approvals.services.webhooks import (
    check_webhook_url,
    queue_delivery,
    remove_webhook,
    rotate_webhook_secrets,
    set_webhook,
)

__all__ = [
    "AskedOperation",
    "Outcome",
    "Round",
    "Vote",
    "VoteRefused",
    "approve",
    "cancel",
    "check_webhook_url",
    "create_policy",
    "delete_policy",
    "deliver_due",
    "expire_change_request",
    "forget_deliveries",
    "open_change_request",
    "queue_delivery",
    "reject",
    "remove_webhook",
    "rotate_webhook_secrets",
    "set_webhook",
    "settle_applied",
    "settle_failed",
    "sweep",
    "update_policy",
]
