"""Every write to access rules."""

from dataclasses import dataclass
from datetime import datetime

from core import preconditions
from core.db.transactions import use_case
from core.exceptions import NotFound, RuleBroken
from tenants.models import AccessControl, Membership, Project, Role
from tenants.selectors import Target, list_rules
from users.models import User

# All rules about a target are shown together.
MAX_RULES = 1000


@dataclass(frozen=True)
class Holder:
    """Whom a rule is for: a member, a role, or with neither of them everybody."""

    member: Membership | None = None
    role: Role | None = None


@use_case
def set_rule(
    *, target: Target, holder: Holder, access_level: str | None, actor: User, now: datetime
) -> AccessControl | None:
    """Give the holder this level, whatever it was before; without a level, take the rule away.

    :raises ETagMismatch: when the client expects other rules about the target.
    :raises RuleBroken: when there are 1,000 rules about the target.
    :raises NotFound: when the project was deleted meanwhile.
    """
    # One at a time in a project: what If-Match expects stays so until this is done.
    projects = Project.objects.select_for_update(no_key=True)
    if not projects.filter(pk=target.project.pk).first():
        raise NotFound
    preconditions.check(target.row or target.project)
    rules = list_rules(target=target).filter(organization_member=holder.member, role=holder.role)
    rule = rules.first()
    if access_level is None:
        rules.delete()
        return None
    if rule is None:
        # Wire quirk: lists-without-pages-have-a-maximum, see docs/quirks.md.
        if list_rules(target=target).count() >= MAX_RULES:
            raise RuleBroken(f"There are {MAX_RULES} rules about this. Give the level to a role.")
        return _new_rule(target, holder, access_level, actor, now)
    rule.access_level = access_level
    rule.updated_at = now
    rule.save(update_fields=["access_level", "updated_at"])
    return rule


def _new_rule(
    target: Target, holder: Holder, access_level: str, actor: User, now: datetime
) -> AccessControl:
    return AccessControl.objects.create(
        project=target.project,
        resource=target.resource,
        resource_id=target.resource_id,
        organization_member=holder.member,
        role=holder.role,
        access_level=access_level,
        created_by=actor,
        created_at=now,
        updated_at=now,
    )
