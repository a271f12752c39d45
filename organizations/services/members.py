"""Changing and ending memberships."""

from datetime import datetime

from activity.services import record_deletion, record_update
from activity.snapshots import snapshot
from activity.subjects import MEMBERSHIP
from core.db.transactions import use_case
from core.exceptions import Conflict, PermissionDenied
from organizations.selectors import has_other_owners, lock_member, lock_organization
from tenants.models import Membership, Organization
from tenants.selectors import find_membership
from tenants.services import remove_from_all_roles
from users.models import User


class LastOwner(Conflict):
    """Raised for a change after which the organization would have no owner."""

    default_detail = "An organization needs an owner. Make another member an owner first."


@use_case
def change_member(
    *, organization: Organization, membership_id: int, level: int, actor: User, now: datetime
) -> Membership:
    """Change what a member may do in the organization.

    :raises PermissionDenied: when that is above the actor, or the member is.
    :raises LastOwner: when nobody else is an owner.
    :raises NotFound: when the membership ended meanwhile.
    """
    organization = lock_organization(organization_id=organization.pk)
    member = lock_member(organization=organization, membership_id=membership_id)
    if max(member.level, level) > _level_of(actor, organization):
        raise PermissionDenied("You may change members up to your own level only.")
    if level < member.level:
        _check_owned_without(member)
    state = snapshot(member)
    member.level, member.updated_at = level, now
    member.save(update_fields=["level", "updated_at"])
    record_update(MEMBERSHIP, member, before=state, actor=actor, now=now)
    return member


@use_case
def remove_member(
    *, organization: Organization, membership_id: int, actor: User, now: datetime
) -> None:
    """End a membership; what the member made stays. Everyone may end their own.

    :raises PermissionDenied: when the member is above the actor.
    :raises LastOwner: when nobody else is an owner.
    :raises NotFound: when the membership ended meanwhile.
    """
    organization = lock_organization(organization_id=organization.pk)
    member = lock_member(organization=organization, membership_id=membership_id)
    if member.level > _level_of(actor, organization):
        raise PermissionDenied("You may remove members up to your own level only.")
    _check_owned_without(member)
    record_deletion(MEMBERSHIP, member, actor=actor, now=now)
    remove_from_all_roles(organization=organization, user=member.user)
    _leave(member.user, organization)
    member.delete()


def _level_of(actor: User, organization: Organization) -> int:
    # Read under the lock: the actor may have lost it since the request came in.
    place = find_membership(user=actor, organization=organization)
    return place.level if place else 0


def _check_owned_without(member: Membership) -> None:
    if member.level == Membership.Level.OWNER and not has_other_owners(member):
        raise LastOwner


def _leave(user: User, organization: Organization) -> None:
    if user.current_organization_id == organization.pk:
        user.current_organization = None
    if user.current_project and user.current_project.organization_id == organization.pk:
        user.current_project = None
    user.save(update_fields=["current_organization", "current_project"])
