"""Which policy governs a change, whom it lets pass, and who may vote under it."""

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Q

from approvals.actions import Document, GatedChange
from approvals.conditions import matches
from approvals.models import ApprovalPolicy
from projects.models import Membership
from roles.selectors import role_ids_of
from users.models import User


def enabled_policies(*, project_id: int, action_keys: Iterable[str]) -> dict[str, ApprovalPolicy]:
    """Return the policy in force for each action; a project's own precedes its organization's."""
    ours = Q(project_id=project_id) | Q(project__isnull=True, organization__projects__id=project_id)
    found = ApprovalPolicy.objects.filter(ours, enabled=True, action_key__in=set(action_keys))
    # Organization-wide ones first, so that the project's own take their place.
    ordered = sorted(found, key=lambda policy: policy.project_id is not None)
    return {policy.action_key: policy for policy in ordered}


def governing(
    change: GatedChange, *, policies: Mapping[str, ApprovalPolicy]
) -> ApprovalPolicy | None:
    """Return the policy that wants to be asked about this change."""
    for key in change.action_keys:
        policy = policies.get(key)
        if policy is None:
            continue
        # The conditions of a policy that stands in for a missing one are about other values.
        is_stand_in = key != change.action_key
        if is_stand_in or matches(policy.conditions, before=change.before, after=change.after):
            return policy
        return None
    return None


def may_bypass(*, policy: ApprovalPolicy, actor: User) -> bool:
    """Tell whether the policy lets this person's changes pass: by exact level, or by role."""
    levels = {int(level) for level in policy.bypass_org_membership_levels}
    members = Membership.objects.filter(user=actor, organization_id=policy.organization_id)
    if levels and members.filter(level__in=levels).exists():
        return True
    roles = {str(pk) for pk in policy.bypass_roles.values_list("pk", flat=True)}
    if not roles:
        return False
    return bool(roles & role_ids_of(user=actor, organization_id=policy.organization_id))


def is_approver(
    *, users: Sequence[object], roles: Sequence[object], actor: User, organization_id: object
) -> bool:
    """Tell whether the person is among the approvers, by name or by role."""
    if actor.pk in users:
        return True
    if not roles:
        return False
    wanted = {str(role) for role in roles}
    return bool(wanted & role_ids_of(user=actor, organization_id=organization_id))


def snapshot(policy: ApprovalPolicy) -> Document:
    """Return the rules of the policy as they are now, for the life of a request."""
    config = policy.approver_config
    return {
        "quorum": config.get("quorum", 1),
        "users": config.get("users") or [],
        "roles": config.get("roles") or [],
        "allow_self_approve": policy.allow_self_approve,
        "conditions": policy.conditions or {},
        "bypass_org_membership_levels": policy.bypass_org_membership_levels,
        "bypass_roles": [str(pk) for pk in policy.bypass_roles.values_list("pk", flat=True)],
    }
