"""The user on the wire, as they see themselves."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Preferences
from accounts.selectors import Place, organizations_of, place_of, preferences_of
from core.http.fields import (
    CaseInsensitiveChoiceField,
    ConstantField,
    ObjectField,
    RelatedIDField,
    StrictBooleanField,
)
from tenants.models import Organization, Project
from tenants.selectors import list_projects
from tenants.serializers import (
    OrganizationBasicSerializer,
    OrganizationSerializer,
    ProjectBasicSerializer,
)
from users.logins import sensitive_session_expires_at
from users.models import User

_NOTIFICATIONS = {
    "plugin_disabled": True,
    "all_weekly_digest_disabled": False,
    "project_weekly_digest_disabled": {},
    "error_tracking_issue_assigned": True,
}


class OwnProjectField(RelatedIDField):
    """The id of a project that the caller can reach."""

    def get_queryset(self) -> QuerySet[Project]:
        return list_projects(user=self.context["request"].user)


class OwnOrganizationField(serializers.PrimaryKeyRelatedField[Any]):
    """The id of an organization that the caller belongs to."""

    def get_queryset(self) -> QuerySet[Organization]:
        return Organization.objects.filter(memberships__user=self.context["request"].user)


class UserSerializer(serializers.ModelSerializer[User]):
    """A user, as they see themselves: who they are, and where."""

    pending_email = ConstantField(None)
    notification_settings = ObjectField(
        source="preferences.notification_settings",
        required=False,
        help_text="Kept for clients. What is sent changes these members, others stay.",
    )
    anonymize_data = StrictBooleanField(source="preferences.anonymize_data", required=False)
    allow_impersonation = ConstantField(None)
    toolbar_mode = CaseInsensitiveChoiceField(
        choices=Preferences.ToolbarMode.choices, source="preferences.toolbar_mode", required=False
    )
    has_password = serializers.BooleanField(source="has_usable_password", read_only=True)
    is_impersonated = ConstantField(False)
    is_impersonated_until = ConstantField(None)
    sensitive_session_expires_at = serializers.SerializerMethodField(
        help_text="Until when the session may do what needs a recent login; null for a key."
    )
    team = serializers.SerializerMethodField(help_text="The project the user is in now.")
    organization = serializers.SerializerMethodField(help_text="The one the user is in now.")
    organizations = serializers.SerializerMethodField()
    events_column_config = ObjectField(source="preferences.events_column_config", required=False)
    is_2fa_enabled = ConstantField(False)
    has_social_auth = ConstantField(False)
    has_sso_enforcement = ConstantField(False)
    has_seen_product_intro_for = ObjectField(
        source="preferences.has_seen_product_intro_for", required=False, allow_null=True
    )
    scene_personalisation = ConstantField([])
    theme_mode = CaseInsensitiveChoiceField(
        choices=Preferences.ThemeMode.choices,
        source="preferences.theme_mode",
        required=False,
        allow_null=True,
    )
    hedgehog_config = ObjectField(required=False, allow_null=True)
    allow_sidebar_suggestions = StrictBooleanField(
        source="preferences.allow_sidebar_suggestions", required=False, allow_null=True
    )
    shortcut_position = CaseInsensitiveChoiceField(
        choices=Preferences.ShortcutPosition.choices,
        source="preferences.shortcut_position",
        required=False,
        allow_null=True,
    )
    passkeys_enabled_for_2fa = ConstantField(None)
    set_current_organization = OwnOrganizationField(
        queryset=Organization.objects.none(),
        required=False,
        write_only=True,
        source="current_organization",
        help_text="The UUID of an organization of yours: go there.",
    )
    set_current_team = OwnProjectField(
        queryset=Project.objects.none(),
        required=False,
        write_only=True,
        source="current_project",
        help_text="The id of a project of yours: go there.",
    )

    password = serializers.CharField(
        max_length=4096,
        required=False,
        write_only=True,
        trim_whitespace=False,
        help_text="A new one. Only a session sets it, within two hours after its login.",
    )
    current_password = serializers.CharField(
        max_length=4096,
        required=False,
        write_only=True,
        trim_whitespace=False,
        help_text="Needed for a new password by whoever has one.",
    )

    class Meta:
        model = User
        fields = [
            "date_joined",
            "uuid",
            "distinct_id",
            "first_name",
            "last_name",
            "email",
            "pending_email",
            "is_email_verified",
            "notification_settings",
            "anonymize_data",
            "allow_impersonation",
            "toolbar_mode",
            "has_password",
            "id",
            "is_staff",
            "is_impersonated",
            "is_impersonated_until",
            "sensitive_session_expires_at",
            "team",
            "organization",
            "organizations",
            "set_current_organization",
            "set_current_team",
            "events_column_config",
            "is_2fa_enabled",
            "has_social_auth",
            "has_sso_enforcement",
            "has_seen_product_intro_for",
            "scene_personalisation",
            "theme_mode",
            "hedgehog_config",
            "allow_sidebar_suggestions",
            "shortcut_position",
            "role_at_organization",
            "passkeys_enabled_for_2fa",
            "password",
            "current_password",
        ]
        read_only_fields = [
            "date_joined",
            "uuid",
            "distinct_id",
            "email",
            "is_email_verified",
            "is_staff",
        ]

    def to_representation(self, user: User) -> dict[str, object]:
        user.preferences = preferences_of(user)
        shown = super().to_representation(user)
        shown["notification_settings"] = _NOTIFICATIONS | shown["notification_settings"]
        return shown

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_sensitive_session_expires_at(self, user: User) -> datetime | None:
        request = self.context["request"]
        is_own_session = request.auth is None and request.user == user
        return sensitive_session_expires_at(request.session) if is_own_session else None

    @extend_schema_field(ProjectBasicSerializer(allow_null=True))
    def get_team(self, user: User) -> dict[str, object] | None:
        project = self._place(user).project
        return ProjectBasicSerializer(project).data if project else None

    @extend_schema_field(OrganizationSerializer(allow_null=True))
    def get_organization(self, user: User) -> dict[str, object] | None:
        organization = self._place(user).organization
        if organization is None:
            return None
        return OrganizationSerializer(organization, context=self._levels(user)).data

    @extend_schema_field(OrganizationBasicSerializer(many=True))
    def get_organizations(self, user: User) -> list[dict[str, object]]:
        context = self._levels(user)
        shown = OrganizationBasicSerializer(organizations_of(user), many=True, context=context)
        return list(shown.data)

    def _place(self, user: User) -> Place:
        return place_of(user, reader=self.context["request"].user)

    def _levels(self, user: User) -> dict[str, object]:
        return {"levels": {each.organization_id: each.level for each in user.memberships.all()}}
