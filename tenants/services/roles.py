"""Every write to roles and to who is in them."""

from datetime import datetime
from typing import TypedDict
from uuid import UUID

from django.db import IntegrityError

from core import preconditions
from core.db.transactions import require_transaction, use_case
from core.exceptions import NotFound, RuleBroken
from tenants.models import Organization, Role, RoleMembership
from tenants.selectors import find_member, list_memberships, lock_role
from users.models import User

# A role is shown with all of its members.
MAX_ROLE_MEMBERS = 1000


class RoleNameTaken(RuleBroken):
    """Raised for a name that another role of the organization has, in whatever case."""

    default_detail = "Another role of this organization has this name. Choose another one."
    default_code = "unique"
    default_attr = "name"


class UnknownMember(RuleBroken):
    """Raised for a user who does not belong to the organization of the role."""

    default_detail = "No member of this organization has this UUID."
    default_code = "does_not_exist"
    default_attr = "user_uuid"


class AlreadyInRole(RuleBroken):
    """Raised for a user who is in the role already."""

    default_detail = "This user is in the role already."
    default_code = "unique"
    default_attr = "user_uuid"


class RoleChanges(TypedDict, total=False):
    """What shall change in a role: an absent key leaves its field alone."""

    name: str


@use_case
def create_role(
    *, organization: Organization, values: RoleChanges, actor: User, now: datetime
) -> Role:
    """Create a role that nobody is in yet.

    :raises RoleNameTaken: when the organization has a role of this name.
    """
    try:
        return Role.objects.create(
            **values,
            organization=organization,
            created_by=actor,
            created_at=now,
            updated_at=now,
        )
    except IntegrityError:
        # The constraint alone knows what the database holds to be the same name.
        raise RoleNameTaken from None


@use_case
def update_role(
    *, organization: Organization, role_id: UUID, changes: RoleChanges, now: datetime
) -> Role:
    """Change a role; who is in it stays in it.

    :raises RoleNameTaken: when another role of the organization has the new name.
    :raises NotFound: when the role was deleted meanwhile.
    """
    role = lock_role(organization=organization, role_id=role_id)
    role.name = changes.get("name", role.name)
    role.updated_at = now
    try:
        role.save(update_fields=[*changes, "updated_at"])
    except IntegrityError:
        raise RoleNameTaken from None
    return role


@use_case
def delete_role(*, organization: Organization, role_id: UUID) -> None:
    """Delete a role; the people in it stay in the organization.

    :raises NotFound: when the role was deleted meanwhile.
    """
    lock_role(organization=organization, role_id=role_id).delete()


@use_case
def add_to_role(
    *, organization: Organization, role_id: UUID, user_uuid: UUID, now: datetime
) -> RoleMembership:
    """Put a member of the organization into a role.

    :raises UnknownMember: when the organization has no such member.
    :raises AlreadyInRole: when the member is in the role already.
    :raises RuleBroken: when the role has 1,000 members.
    :raises NotFound: when the role was deleted meanwhile.
    """
    role = lock_role(organization=organization, role_id=role_id)
    user = find_member(organization=organization, user_uuid=user_uuid)
    if user is None:
        raise UnknownMember
    if list_memberships(role=role).filter(user=user).exists():
        raise AlreadyInRole
    # Wire quirk: lists-without-pages-have-a-maximum, see docs/quirks.md.
    if role.memberships.count() >= MAX_ROLE_MEMBERS:
        raise RuleBroken(f"A role has at most {MAX_ROLE_MEMBERS} members. Create another one.")
    return RoleMembership.objects.create(role=role, user=user, joined_at=now, updated_at=now)


@use_case
def remove_from_role(*, organization: Organization, role_id: UUID, membership_id: UUID) -> None:
    """Take someone out of a role.

    :raises NotFound: when the role was deleted, or the membership ended, meanwhile.
    """
    role = lock_role(organization=organization, role_id=role_id)
    membership = role.memberships.filter(pk=membership_id).first()
    if membership is None:
        raise NotFound
    # Whoever changes who is in a role locks the role.
    preconditions.check(membership)
    membership.delete()


def remove_from_all_roles(*, organization: Organization, user: User) -> None:
    """Take someone who leaves the organization out of its roles."""
    require_transaction()
    RoleMembership.objects.filter(user=user, role__organization=organization).delete()
