"""Every write to access rules."""

from dataclasses import dataclass
from datetime import datetime

from access_control.models import AccessControl
from access_control.selectors import Target
from core.transactions import use_case
from projects.models import Membership
from roles.models import Role
from users.models import User


@dataclass(frozen=True)
class Holder:
    """Whom a rule is for: a member, a role, or with neither of them everybody."""

    member: Membership | None = None
    role: Role | None = None


@use_case
def set_rule(
    *, target: Target, holder: Holder, access_level: str, actor: User, now: datetime
) -> AccessControl:
    """Give the holder this level, whatever it was before."""
    rule, _ = AccessControl.objects.update_or_create(
        project=target.project,
        resource=target.resource,
        resource_id=target.resource_id,
        organization_member=holder.member,
        role=holder.role,
        defaults={"access_level": access_level, "updated_at": now},
        create_defaults={
            "access_level": access_level,
            "created_by": actor,
            "created_at": now,
            "updated_at": now,
        },
    )
    return rule


@use_case
def remove_rule(*, target: Target, holder: Holder) -> None:
    """Let the holder have what the other rules give; there may be no rule to remove."""
    AccessControl.objects.filter(
        project=target.project,
        resource=target.resource,
        resource_id=target.resource_id,
        organization_member=holder.member,
        role=holder.role,
    ).delete()
