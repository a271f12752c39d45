"""Which policy governs a change, whom it lets pass, and who may vote under it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet, Subquery
from django.utils.functional import cached_property

from approvals.conditions import matches
from approvals.gated_change import Document, GatedChange
from approvals.models import ApprovalPolicy
from core.db.batches import once_in_batch
from core.db.compiled_query import CompiledQuery, Param
from tenants.models import Membership, Project
from tenants.selectors import role_ids_of
from users.models import User


@dataclass
class Person:
    """Someone in an organization; the roles are looked up once, and only when they matter."""

    user: User
    organization_id: UUID

    @cached_property
    def role_ids(self) -> set[str]:
        return role_ids_of(user=self.user, organization_id=self.organization_id)


def enabled_policies(*, project_id: int, action_keys: Iterable[str]) -> dict[str, ApprovalPolicy]:
    """Return the policy in force for each action; a project's own precedes its organization's."""
    wanted = set(action_keys)
    # A project has few policies: all are read, so that it is one statement whatever is asked.
    found = once_in_batch(("policies", project_id), lambda: list(_ENABLED(project_id=project_id)))
    # Organization-wide ones first, so that the project's own take their place.
    ordered = sorted(found, key=lambda policy: policy.project_id is not None)
    return {policy.action_key: policy for policy in ordered if policy.action_key in wanted}


def _enabled() -> QuerySet[ApprovalPolicy]:
    organization = Project.objects.filter(pk=Param("project_id")).values("organization_id")
    ours = Q(project_id=Param("project_id")) | Q(
        project__isnull=True, organization_id=Subquery(organization)
    )
    return ApprovalPolicy.objects.filter(ours, enabled=True)


_ENABLED = CompiledQuery(_enabled)


def governing(
    change: GatedChange, *, policies: Mapping[str, ApprovalPolicy]
) -> ApprovalPolicy | None:
    """Return the policy that wants to be asked about this change."""
    for key in change.all_keys:
        policy = policies.get(key)
        if policy is None or (key == change.narrower_key and not change.is_narrower()):
            continue
        # The conditions of a policy that stands in for a missing one are about other values.
        is_stand_in = key not in (change.narrower_key, change.action_key)
        if is_stand_in or _is_asked(policy, change):
            return policy
        return None
    return None


def _is_asked(policy: ApprovalPolicy, change: GatedChange) -> bool:
    is_new = change.resource_id is None
    return matches(policy.conditions, before=change.before, after=change.after, is_new=is_new)


def may_bypass(*, policy: ApprovalPolicy, actor: User) -> bool:
    """Tell whether the policy lets this person's changes pass: by exact level, or by role."""
    return once_in_batch(("bypass", policy.pk, actor.pk), lambda: _may_bypass(policy, actor))


def _may_bypass(policy: ApprovalPolicy, actor: User) -> bool:
    levels = {int(level) for level in policy.bypass_org_membership_levels}
    members = Membership.objects.filter(user=actor, organization_id=policy.organization_id)
    if levels and members.filter(level__in=levels).exists():
        return True
    roles = list(policy.bypass_roles.values_list("pk", flat=True))
    return is_approver(Person(actor, policy.organization_id), users=(), roles=roles)


def is_approver(person: Person, *, users: Sequence[object], roles: Sequence[object]) -> bool:
    """Tell whether the person is among the approvers, by name or by role."""
    if person.user.pk in users:
        return True
    return bool(roles) and not person.role_ids.isdisjoint(str(role) for role in roles)


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
