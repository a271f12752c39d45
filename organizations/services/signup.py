"""Accounts for invited people who have none."""

from datetime import datetime

from django.contrib import auth
from django.http import HttpRequest

from core.db.transactions import use_case
from organizations.selectors import get_open_invite
from organizations.services.invites import accept_invite
from users.models import User
from users.services import check_password_is_strong, create_user

_BACKEND = "django.contrib.auth.backends.ModelBackend"


@use_case
def sign_up(
    *, request: HttpRequest, token: str, first_name: str, password: str, now: datetime
) -> User:
    """Create the invited user, make them a member, and begin a session of theirs.

    :raises NotFound: when the invitation was accepted or taken back.
    :raises InviteExpired: when it is too old.
    :raises WeakPassword: when the password is short or common.
    :raises RuleBroken: when the address has an account already.
    """
    invite = get_open_invite(token=token)
    check_password_is_strong(password=password, user=None)
    user = create_user.in_transaction(email=invite.target_email, password=password)
    user.first_name = first_name
    user.save(update_fields=["first_name"])
    accept_invite.in_transaction(
        organization=invite.organization, invite_id=invite.pk, user=user, now=now
    )
    request.session.flush()
    auth.login(request, user, backend=_BACKEND)
    return user
