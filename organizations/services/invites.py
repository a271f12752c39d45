"""Inviting people into an organization, and accepting that."""

from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID

from django.conf import settings

from activity.services import record_creation, record_deletion
from activity.subjects import INVITE, MEMBERSHIP
from core.db.transactions import use_case
from core.emails import folded
from core.exceptions import PermissionDenied, RuleBroken
from organizations.models import OrganizationInvite
from organizations.notifications import announce_later
from organizations.selectors import (
    find_member_by_email,
    list_invites,
    lock_invite,
    lock_organization,
)
from tenants.models import Membership, Organization
from tenants.selectors import find_membership
from tenants.services import add_member
from users.models import User
from users.tokens import hashed, random_token


class AlreadyAMember(RuleBroken):
    """Raised for an invitation of someone who belongs to the organization already."""

    default_detail = "Someone with this address is a member already."
    default_code = "unique"
    default_attr = "target_email"


class InviteExpired(RuleBroken):
    """Raised for an invitation that is older than three days."""

    default_detail = "The invitation has expired. Ask for a new one."
    default_code = "expired"


class InviteOfAnother(RuleBroken):
    """Raised for an invitation that was sent to another address than the user's."""

    default_detail = "The invitation is for another e-mail address than yours."
    default_code = "invalid_recipient"


class InviteValues(TypedDict, total=False):
    """Who shall be invited, and to what."""

    target_email: str
    first_name: str
    level: int
    message: str | None


@use_case
def create_invite(
    *,
    organization: Organization,
    values: InviteValues,
    is_sent: bool,
    actor: User,
    now: datetime,
) -> OrganizationInvite:
    """Invite someone, by mail if there is a server; an earlier invitation of the address ends.

    Only the returned row has the `token`, with which whoever knows it can make an account.

    :raises PermissionDenied: when the actor may not invite, or not to this level.
    :raises AlreadyAMember: when the address is a member's.
    """
    organization = lock_organization(organization_id=organization.pk)
    _check_inviting(find_membership(user=actor, organization=organization), values)
    _make_room(organization, email=values["target_email"])
    invite = _with_token(
        **values,
        organization=organization,
        created_by=actor,
        emailing_attempt_made=is_sent and bool(settings.EMAIL_HOST),
        now=now,
    )
    record_creation(INVITE, invite, actor=actor, now=now)
    if invite.emailing_attempt_made:
        announce_later(invite)
    return invite


@use_case
def delete_invite(
    *, organization: Organization, invite_id: UUID, actor: User, now: datetime
) -> None:
    """Take an invitation back; admins may, and who sent it.

    :raises PermissionDenied: when the actor is neither.
    :raises NotFound: when it is gone already.
    """
    organization = lock_organization(organization_id=organization.pk)
    invite = lock_invite(organization=organization, invite_id=invite_id)
    place = find_membership(user=actor, organization=organization)
    if place is None or not (place.is_admin or invite.created_by_id == actor.pk):
        raise PermissionDenied("Only admins, and who sent an invitation, may take it back.")
    record_deletion(INVITE, invite, actor=actor, now=now)
    invite.delete()


@use_case
def accept_invite(
    *, organization: Organization, invite_id: UUID, user: User, now: datetime
) -> Membership:
    """Make the user a member at the level they were invited to.

    :raises InviteOfAnother: when the invitation is for another address.
    :raises InviteExpired: when it is too old.
    :raises AlreadyAMember: when the user is a member already.
    :raises NotFound: when it was accepted or taken back meanwhile.
    """
    organization = lock_organization(organization_id=organization.pk)
    invite = lock_invite(organization=organization, invite_id=invite_id)
    if folded(invite.target_email) != folded(user.email):
        raise InviteOfAnother
    if invite.is_expired(now):
        raise InviteExpired
    if find_membership(user=user, organization=organization):
        raise AlreadyAMember
    member = add_member.in_transaction(organization=organization, user=user, level=invite.level)
    record_creation(MEMBERSHIP, member, actor=user, now=now)
    invite.delete()
    return member


def _check_inviting(place: Membership | None, values: InviteValues) -> None:
    if place is None or not (place.is_admin or place.organization.members_can_invite):
        raise PermissionDenied("Only admins of this organization may invite people.")
    if values.get("level", Membership.Level.MEMBER) > place.level:
        raise PermissionDenied("You may invite people up to your own level only.")


def _with_token(*, now: datetime, **values: Any) -> OrganizationInvite:
    token = random_token(size=32)
    times = {"created_at": now, "updated_at": now}
    invite = OrganizationInvite.objects.create(**values, **times, token_hash=hashed(token))
    invite.token = token
    return invite


def _make_room(organization: Organization, *, email: str) -> None:
    if find_member_by_email(organization=organization, email=email):
        raise AlreadyAMember
    earlier = [
        invite.pk
        for invite in list_invites(organization=organization)
        if folded(invite.target_email) == folded(email)
    ]
    OrganizationInvite.objects.filter(pk__in=earlier).delete()
