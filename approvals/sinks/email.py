"""Notifications as e-mail, where a mail server is configured."""

import logging
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from approvals.models import ChangeRequest
from approvals.notifications import Notification
from approvals.policies import Person
from approvals.selectors import can_approve, may_see
from tenants.levels import PROJECT
from tenants.selectors import find_access, member_ids
from users.models import User

_logger = logging.getLogger(__name__)

_HEADLINES = {
    "approval_requested": "Your approval is requested",
    "approval_approved": "Someone approved your change",
    "approval_rejected": "Your change was rejected",
    "approval_applied": "Your change was applied",
    "approval_failed": "Your change could not be applied",
    "approval_expired": "Your change expired without approval",
}
_MAX_SUBJECT = 100
_MAX_ID = 2**63 - 1


def to_email(notification: Notification) -> None:
    """Write to the approvers about a request, to the requester about what became of it."""
    if not settings.EMAIL_HOST:
        return
    addresses = [person.email for person in _recipients(notification)]
    if not addresses:
        return
    with get_connection() as connection:
        for address in addresses:
            message = _message(notification, address)
            message.connection = connection
            _send(message)


def _recipients(notification: Notification) -> list[User]:
    request = notification.request
    if notification.event == "approval_requested":
        return _approvers(request)
    requester = request.created_by
    return [requester] if requester is not None and requester.is_active else []


def _approvers(request: ChangeRequest) -> list[User]:
    rules = request.policy_snapshot
    named = {user for user in rules["users"] if isinstance(user, int) and 0 < user <= _MAX_ID}
    in_roles = member_ids(role_ids=[role for role in rules["roles"] if _is_uuid(role)])
    organization_id = request.project.organization_id
    # A policy may name anyone's id; nobody outside the organization hears of its changes.
    candidates = User.objects.filter(
        pk__in=named | in_roles,
        is_active=True,
        memberships__organization=organization_id,
    )
    return [
        user
        for user in candidates.order_by("pk")
        if can_approve(request=request, person=Person(user, organization_id))
        and _may_see(user, request)
    ]


def _may_see(user: User, request: ChangeRequest) -> bool:
    access = find_access(user=user, project=request.project, resource=PROJECT)
    return may_see(request=request, access=access)


def _message(notification: Notification, address: str) -> EmailMessage:
    request = notification.request
    description = str(request.intent_display.get("description") or request.action_key)
    # One line: a subject with a line break would be a header of somebody else's making.
    subject = " ".join(f"{_HEADLINES[notification.event]}: {description}".split())
    lines = [
        description,
        "",
        f"Action: {request.action_key}",
        f"State: {request.state}",
        f"Change request: /api/projects/{request.project_id}/change_requests/{request.pk}/",
    ]
    if request.apply_error:
        lines.append(f"Reason: {request.apply_error}")
    return EmailMessage(subject=subject[:_MAX_SUBJECT], body="\n".join(lines), to=[address])


def _send(message: EmailMessage) -> None:
    try:
        message.send()
    except Exception:
        # One address that is refused is no reason to leave out the others.
        _logger.exception("A notification could not be sent by e-mail.")


def _is_uuid(text: object) -> bool:
    try:
        UUID(str(text))
    except ValueError:
        return False
    return True
