"""Organizations and projects as clients meet them: in lists, and inside of users."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.http.fields import CaseInsensitiveChoiceField, ConstantField
from tenants.models import Organization, Project, StatsMethod

# What is a matter of a plan elsewhere is here for everyone.
FEATURES = [
    {"key": "access_control", "name": "Access control"},
    {"key": "approvals", "name": "Approvals"},
    {"key": "audit_logs", "name": "Audit logs"},
    {"key": "organizations_projects", "name": "Multiple projects"},
    {"key": "role_based_access", "name": "Role-based access"},
]
_FEATURE = {
    "type": "object",
    "properties": {"key": {"type": "string"}, "name": {"type": "string"}},
    "required": ["key", "name"],
}


class ProjectBasicSerializer(serializers.ModelSerializer[Project]):
    """A project, as lists show it."""

    project_id = serializers.IntegerField(source="id", read_only=True, help_text="Equals `id`.")
    completed_snippet_onboarding = ConstantField(True)
    has_completed_onboarding_for = ConstantField(None)
    ingested_event = serializers.BooleanField(
        read_only=True, help_text="Whether an event has ever arrived."
    )
    is_demo = ConstantField(False)
    access_control = ConstantField(False)

    class Meta:
        model = Project
        fields = [
            "id",
            "uuid",
            "organization",
            "project_id",
            "api_token",
            "name",
            "completed_snippet_onboarding",
            "has_completed_onboarding_for",
            "ingested_event",
            "is_demo",
            "timezone",
            "access_control",
        ]
        read_only_fields = fields


class ProjectNameSerializer(serializers.ModelSerializer[Project]):
    """The name of a project, and whose it is."""

    organization_id = serializers.UUIDField(read_only=True)

    class Meta:
        model = Project
        fields = ["id", "organization_id", "name"]
        read_only_fields = fields


class MembershipLevelSerializer(serializers.ModelSerializer[Any]):
    # For organizations: `levels` of the context has the caller's level in each.

    membership_level = serializers.SerializerMethodField(
        help_text="The caller's level: 1 member, 8 admin, 15 owner."
    )

    def get_membership_level(self, organization: Organization) -> int | None:
        levels: dict[UUID, int] = self.context["levels"]
        return levels.get(organization.pk)


class OrganizationBasicSerializer(MembershipLevelSerializer):
    """An organization of the user."""

    logo_media_id = ConstantField(None)
    is_active = ConstantField(True)
    is_not_active_reason = ConstantField(None)
    is_pending_deletion = ConstantField(False)

    class Meta:
        model = Organization
        fields = [
            "id",
            "name",
            "slug",
            "logo_media_id",
            "membership_level",
            "members_can_use_personal_api_keys",
            "is_active",
            "is_not_active_reason",
            "is_pending_deletion",
        ]
        read_only_fields = fields


class OrganizationSerializer(MembershipLevelSerializer):
    """An organization: who owns projects."""

    logo_media_id = ConstantField(None)
    plugins_access_level = ConstantField(0, help_text="Always 0: there are no plugins.")
    teams = ProjectBasicSerializer(source="projects", many=True, read_only=True)
    projects = ProjectNameSerializer(many=True, read_only=True)
    available_product_features = serializers.SerializerMethodField(
        help_text="What this server can do, whoever asks."
    )
    is_member_join_email_enabled = ConstantField(False)
    metadata = ConstantField({"instance_tag": "none"})
    customer_id = ConstantField(None)
    enforce_2fa = ConstantField(None)
    allow_publicly_shared_resources = ConstantField(False)
    member_count = serializers.IntegerField(read_only=True)
    default_experiment_stats_method = CaseInsensitiveChoiceField(
        choices=StatsMethod.choices,
        source="default_stats_method",
        required=False,
        help_text="How results are judged in experiments of projects that do not say it.",
    )
    default_role_id = ConstantField(None)

    class Meta:
        model = Organization
        fields = [
            "id",
            "name",
            "slug",
            "logo_media_id",
            "created_at",
            "updated_at",
            "membership_level",
            "plugins_access_level",
            "teams",
            "projects",
            "available_product_features",
            "is_member_join_email_enabled",
            "metadata",
            "customer_id",
            "enforce_2fa",
            "members_can_invite",
            "members_can_use_personal_api_keys",
            "allow_publicly_shared_resources",
            "member_count",
            "is_ai_data_processing_approved",
            "default_experiment_stats_method",
            "default_role_id",
        ]
        read_only_fields = ["slug", "created_at", "updated_at"]

    @extend_schema_field({"type": "array", "items": _FEATURE})
    def get_available_product_features(self, organization: Organization) -> list[dict[str, str]]:
        return FEATURES
