"""Every write to policies."""

from datetime import datetime, timedelta
from typing import TypedDict

from django.db import IntegrityError, transaction

from approvals.models import ApprovalPolicy
from approvals.selectors import list_policies, lock_policy
from core.db.transactions import use_case
from core.exceptions import RuleBroken
from tenants.models import Project, Role
from users.models import User


class PolicyChanges(TypedDict, total=False):
    """What shall be in a policy: an absent key leaves its field alone."""

    action_key: str
    conditions: dict[str, object]
    approver_config: dict[str, object]
    allow_self_approve: bool
    bypass_org_membership_levels: list[int]
    bypass_roles: list[Role]
    expires_after: timedelta
    enabled: bool


class PolicyExists(RuleBroken):
    """Raised for a second policy for the same action."""

    default_detail = "A policy for this action already exists in this project. Change that one."


@use_case
def create_policy(
    *, project: Project, values: PolicyChanges, actor: User, now: datetime
) -> ApprovalPolicy:
    """Create a policy of the project.

    :raises PolicyExists: when the project has one for the action.
    """
    policy = ApprovalPolicy(
        organization_id=project.organization_id,
        project=project,
        created_by=actor,
        created_at=now,
    )
    return _write(policy, values, now)


@use_case
def update_policy(
    *, policy: ApprovalPolicy, changes: PolicyChanges, now: datetime
) -> ApprovalPolicy:
    """Change a policy; requests that are open keep the rules they were made under.

    :raises NotFound: when the policy was deleted meanwhile.
    :raises PolicyExists: when the project has one for the new action.
    """
    return _write(lock_policy(policy=policy), changes, now)


@use_case
def delete_policy(*, policy: ApprovalPolicy) -> None:
    """Delete a policy; requests that are open keep the rules they were made under.

    :raises NotFound: when the policy was deleted meanwhile.
    """
    lock_policy(policy=policy).delete()


def _write(policy: ApprovalPolicy, changes: PolicyChanges, now: datetime) -> ApprovalPolicy:
    for field, value in changes.items():
        if field != "bypass_roles":
            setattr(policy, field, value)
    policy.updated_at = now
    try:
        with transaction.atomic():
            policy.save()
    except IntegrityError:
        raise PolicyExists from None
    if "bypass_roles" in changes:
        policy.bypass_roles.set(changes["bypass_roles"])
    # PostgreSQL orders the members of a document anew: what is answered is what a GET will show.
    return list_policies(project=policy.project).get(pk=policy.pk)
