"""Policies, change requests and votes on the wire."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.relations import MANY_RELATION_KWARGS

from approvals import selectors
from approvals.gated_change import AFFECTED
from approvals.models import Approval, ApprovalPolicy, ChangeRequest
from approvals.policies import Person
from approvals.registry import action_keys
from approvals.validation import (
    MAX_LIFETIME,
    MIN_LIFETIME,
    check_action_key,
    check_approver_config,
    check_conditions,
    membership_levels,
)
from core.http.fields import ArrayField, ObjectField, RelatedListField
from tenants.access import Access
from tenants.levels import EXPERIMENT
from tenants.models import Role
from users.models import User
from users.serializers import UserBasicSerializer


class RoleIDsField(serializers.PrimaryKeyRelatedField[Any]):
    # Roles of the project's organization only: others do not exist here.

    @classmethod
    def many_init(cls, *args: Any, **kwargs: Any) -> RelatedListField:
        relation = {name: kwargs[name] for name in MANY_RELATION_KWARGS if name in kwargs}
        return RelatedListField(child_relation=cls(*args, **kwargs), **relation)

    def get_queryset(self) -> QuerySet[Role]:
        return Role.objects.filter(organization_id=self.context["project"].organization_id)


class ApprovalPolicySerializer(serializers.ModelSerializer[ApprovalPolicy]):
    """Who must agree to which kind of change."""

    action_key = serializers.CharField(
        max_length=128,
        help_text="`feature_flag.enable`, `feature_flag.disable`, `feature_flag.update`; for flags "
        "of experiments only, `experiment.launch`, `experiment.pause`, `experiment.update`; "
        "`experiment_holdout.update` or `experiment_holdout.delete`.",
    )
    conditions = ObjectField(required=False)
    approver_config = ObjectField(help_text="`quorum` (at least 1), ids of `users` and `roles`.")
    bypass_org_membership_levels = ArrayField(required=False)
    bypass_roles = RoleIDsField(many=True, required=False, queryset=Role.objects.none())
    expires_after = serializers.DurationField(
        required=False, min_value=MIN_LIFETIME, max_value=MAX_LIFETIME
    )
    created_by = UserBasicSerializer(read_only=True, allow_null=True)

    class Meta:
        model = ApprovalPolicy
        fields = [
            "id",
            "action_key",
            "conditions",
            "approver_config",
            "allow_self_approve",
            "bypass_org_membership_levels",
            "bypass_roles",
            "expires_after",
            "enabled",
            "created_by",
            "created_at",
            "updated_at",
        ]
        read_only_fields = ["created_at", "updated_at"]

    def validate_action_key(self, value: str) -> str:
        stored = [self.instance.action_key] if isinstance(self.instance, ApprovalPolicy) else []
        return check_action_key(value, known=[*action_keys(), *stored])

    def validate_conditions(self, value: dict[str, object]) -> dict[str, object]:
        check_conditions(value)
        return value

    def validate_approver_config(self, value: dict[str, object]) -> dict[str, object]:
        return check_approver_config(value)

    def validate_bypass_org_membership_levels(self, value: list[object]) -> list[int]:
        return membership_levels(value)


class ApprovalSerializer(serializers.ModelSerializer[Approval]):
    """One vote; of somebody who deleted their account since, when `created_by` is null."""

    created_by = UserBasicSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Approval
        fields = ["id", "created_by", "decision", "reason", "created_at"]
        read_only_fields = fields


class RequestStateField(serializers.ChoiceField):
    """The state as of now."""

    def to_representation(self, request: Any) -> str:
        view = self.context.get("view")
        return str(request.state_at(timezone.now() if view is None else view.now))


class IntentField(ObjectField):
    """What a change is about, without the experiments it affects that are denied the reader."""

    def to_representation(self, value: Any) -> Any:
        affected = value.get(AFFECTED)
        access = self.context.get("access")
        # Nobody in particular, such as a webhook, is told of all.
        if not affected or access is None or not access.hides_any(EXPERIMENT):
            return value
        is_hidden = self._is_hidden(access)
        return value | {AFFECTED: [each for each in affected if not is_hidden(each["id"])]}

    def _is_hidden(self, access: Access) -> Callable[[object], bool]:
        # One for all rows of a list.
        root: Any = self.root
        if not hasattr(root, "is_hidden_experiment"):
            root.is_hidden_experiment = selectors.hidden_of(access=access, resource=EXPERIMENT)
        found: Callable[[object], bool] = root.is_hidden_experiment
        return found


class ChangeRequestSerializer(serializers.ModelSerializer[ChangeRequest]):
    """A change that waits, or waited, for agreement.

    `intent` is what will be carried out, `intent_display` what to show to people. The last four
    members are about the caller.
    """

    intent = IntentField(read_only=True)
    intent_display = IntentField(read_only=True)
    policy_snapshot = ObjectField(read_only=True)
    validation_errors = ObjectField(read_only=True, allow_null=True)
    result_data = ObjectField(read_only=True, allow_null=True)
    created_by = UserBasicSerializer(read_only=True, allow_null=True)
    applied_by = UserBasicSerializer(read_only=True, allow_null=True)
    state = RequestStateField(choices=ChangeRequest.State.choices, source="*", read_only=True)
    approvals = ApprovalSerializer(many=True, read_only=True)
    can_approve = serializers.SerializerMethodField()
    can_cancel = serializers.SerializerMethodField()
    is_requester = serializers.SerializerMethodField()
    user_decision = serializers.SerializerMethodField()

    class Meta:
        model = ChangeRequest
        fields = [
            "id",
            "action_key",
            "action_version",
            "resource_type",
            "resource_id",
            "intent",
            "intent_display",
            "policy_snapshot",
            "validation_status",
            "validation_errors",
            "validated_at",
            "state",
            "created_by",
            "applied_by",
            "created_at",
            "updated_at",
            "expires_at",
            "applied_at",
            "apply_error",
            "result_data",
            "approvals",
            "can_approve",
            "can_cancel",
            "is_requester",
            "user_decision",
        ]
        read_only_fields = fields

    @property
    def _viewer(self) -> User | None:
        # The 409 of the gate shows a request to nobody in particular.
        return None if self._person is None else self._person.user

    @cached_property
    def _person(self) -> Person | None:
        # One for all rows of a list, so that their roles are looked up once.
        request = self.context.get("request")
        if request is None:
            return None
        return Person(request.user, self.context["project"].organization_id)

    def get_can_approve(self, request: ChangeRequest) -> bool:
        person = self._person
        return person is not None and selectors.can_approve(request=request, person=person)

    def get_can_cancel(self, request: ChangeRequest) -> bool:
        viewer = self._viewer
        view = self.context.get("view")
        now = timezone.now() if view is None else view.now
        return viewer is not None and selectors.can_cancel(request=request, user=viewer, now=now)

    def get_is_requester(self, request: ChangeRequest) -> bool:
        viewer = self._viewer
        return viewer is not None and selectors.is_requester(request=request, user=viewer)

    @extend_schema_field({"type": ["string", "null"], "enum": ["approved", "rejected", None]})
    def get_user_decision(self, request: ChangeRequest) -> str | None:
        viewer = self._viewer
        return None if viewer is None else selectors.decision_of(request=request, user=viewer)


class VoteSerializer(serializers.Serializer[Any]):
    """Why someone votes as they do."""

    reason = serializers.CharField(required=False, allow_blank=True, max_length=10_000)


class VoteOutcomeSerializer(serializers.Serializer[Any]):
    """What a vote led to."""

    status = serializers.ChoiceField(
        choices=["approved", "applied", "failed", "rejected", "canceled"]
    )
    message = serializers.CharField()
    change_request = ChangeRequestSerializer()
    result = ObjectField(required=False)
