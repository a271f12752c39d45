"""Telling people by e-mail that they are invited."""

import logging
from typing import cast

from django.core.mail import EmailMessage
from django.db import transaction

from organizations.models import OrganizationInvite
from users.models import User

_logger = logging.getLogger(__name__)


def announce_later(invite: OrganizationInvite) -> None:
    """Send the invitation when the transaction is done; that it fails is no reason to undo it."""
    message = _message(invite)
    transaction.on_commit(lambda: _send(message))


def _message(invite: OrganizationInvite) -> EmailMessage:
    inviter = cast("User", invite.created_by)
    host = inviter.first_name or inviter.email
    organization = invite.organization
    # One line: a subject with a line break would be a header of somebody else's making.
    subject = " ".join(f"{host} invites you to {organization.name}".split())
    path = f"/api/organizations/{organization.pk}/invites/{invite.pk}/accept/"
    lines = [
        f"Hello {invite.first_name}".strip() + ",",
        "",
        f"{host} invites you to join {organization.name}.",
        *([invite.message] if invite.message else []),
        "",
        f"To accept within three days: POST {path}",
        f"If you have no account yet, make one at /signup/{invite.token}",
    ]
    return EmailMessage(subject=subject, body="\n".join(lines), to=[invite.target_email])


def _send(message: EmailMessage) -> None:
    try:
        message.send()
    except Exception:
        _logger.exception("An invitation could not be sent by e-mail.")
