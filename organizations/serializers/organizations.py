"""Projects with all their settings, members and invitations on the wire."""

from decimal import Decimal
from typing import cast

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.emails import has_plain_name
from core.exceptions import RuleBroken
from core.http.fields import (
    CaseInsensitiveChoiceField,
    ConstantField,
    DocumentField,
    ListField,
    StrictBooleanField,
)
from organizations.models import OrganizationInvite
from organizations.validation import check_filters, check_timezone
from tenants.access import Access
from tenants.models import Membership, Project, StatsMethod, WeekStart
from users.serializers import UserBasicSerializer

_FILTERS = {"type": "array", "items": {"type": "object", "additionalProperties": {}}}


@extend_schema_field(_FILTERS)
class FiltersField(DocumentField):
    """Property filters, as one list."""


class ProjectSerializer(serializers.ModelSerializer[Project]):
    """A project and its settings."""

    effective_membership_level = serializers.SerializerMethodField(
        help_text="The caller's level in the organization: 1 member, 8 admin, 15 owner."
    )
    has_group_types = ConstantField(False)
    group_types = ConstantField([])
    live_events_token = ConstantField(None)
    name = serializers.CharField(
        max_length=200, required=False, help_text="`Default project` when there is none."
    )
    app_urls = ListField(
        child=serializers.CharField(max_length=200, allow_null=True),
        required=False,
        help_text="Where the product runs.",
    )
    anonymize_ips = StrictBooleanField(required=False)
    completed_snippet_onboarding = ConstantField(True)
    ingested_event = serializers.BooleanField(
        read_only=True, help_text="Whether an event has ever arrived."
    )
    test_account_filters = FiltersField(
        required=False, help_text="Who counts as a tester, as property filters."
    )
    timezone = serializers.CharField(
        max_length=240, required=False, help_text="Such as `UTC` or `Europe/Berlin`."
    )
    is_demo = ConstantField(False)
    data_attributes = ConstantField(["data-attr"])
    person_display_name_properties = ConstantField(None)
    access_control = ConstantField(False)
    project_id = serializers.IntegerField(source="id", read_only=True, help_text="Equals `id`.")
    user_access_level = serializers.SerializerMethodField(
        help_text="What access rules give the caller in the project; `admin` without any."
    )
    default_modifiers = ConstantField({})
    modifiers = ConstantField(None)
    extra_settings = ConstantField(None)
    has_completed_onboarding_for = ConstantField(None)
    product_intents = ConstantField([])
    secret_api_token = serializers.CharField(
        read_only=True, allow_null=True, help_text="Shown only when it is made."
    )
    secret_api_token_backup = ConstantField(None)
    base_currency = ConstantField("USD")
    is_pending_deletion = ConstantField(False)
    session_recording_opt_in = ConstantField(False)
    surveys_opt_in = ConstantField(False)
    heatmaps_opt_in = ConstantField(False)
    autocapture_opt_out = ConstantField(True)
    feature_flag_confirmation_enabled = ConstantField(False)
    feature_flag_confirmation_message = ConstantField(None)
    default_evaluation_contexts_enabled = ConstantField(False)
    require_evaluation_contexts = ConstantField(False)
    default_data_theme = ConstantField(None)
    primary_dashboard = ConstantField(None)
    # Declared, because the range that a model's field has depends on the database.
    week_start_day = serializers.ChoiceField(
        choices=WeekStart.choices, required=False, allow_null=True
    )
    default_experiment_stats_method = CaseInsensitiveChoiceField(
        choices=StatsMethod.choices,
        source="default_stats_method",
        required=False,
        allow_null=True,
        help_text="How results are judged in experiments that do not say it; null: as the "
        "organization has it.",
    )
    default_experiment_confidence_level = serializers.DecimalField(
        max_digits=3,
        decimal_places=2,
        min_value=Decimal("0.01"),
        max_value=Decimal("0.99"),
        source="default_confidence_level",
        required=False,
        allow_null=True,
        help_text="How sure results must be in experiments that do not say it, such as 0.95.",
    )

    class Meta:
        model = Project
        fields = [
            "id",
            "organization",
            "name",
            "product_description",
            "created_at",
            "effective_membership_level",
            "has_group_types",
            "group_types",
            "live_events_token",
            "updated_at",
            "uuid",
            "api_token",
            "app_urls",
            "anonymize_ips",
            "completed_snippet_onboarding",
            "ingested_event",
            "test_account_filters",
            "test_account_filters_default_checked",
            "is_demo",
            "timezone",
            "data_attributes",
            "person_display_name_properties",
            "week_start_day",
            "access_control",
            "project_id",
            "user_access_level",
            "default_modifiers",
            "modifiers",
            "extra_settings",
            "has_completed_onboarding_for",
            "product_intents",
            "flags_persistence_default",
            "secret_api_token",
            "secret_api_token_backup",
            "base_currency",
            "is_pending_deletion",
            "session_recording_opt_in",
            "surveys_opt_in",
            "heatmaps_opt_in",
            "autocapture_opt_out",
            "feature_flag_confirmation_enabled",
            "feature_flag_confirmation_message",
            "default_evaluation_contexts_enabled",
            "require_evaluation_contexts",
            "default_data_theme",
            "primary_dashboard",
            "default_experiment_stats_method",
            "default_experiment_confidence_level",
        ]
        read_only_fields = ["organization", "created_at", "updated_at", "uuid", "api_token"]

    def get_effective_membership_level(self, project: Project) -> int:
        return cast("Membership", self.context["membership"]).level

    def validate_timezone(self, value: str) -> str:
        check_timezone(value)
        return value

    def validate_test_account_filters(self, value: object) -> object:
        stored = self.instance.test_account_filters if isinstance(self.instance, Project) else []
        check_filters(value, stored=stored)
        return value

    @extend_schema_field({"type": "string", "enum": ["admin", "member"]})
    def get_user_access_level(self, project: Project) -> str:
        return str(cast("Access", self.context["access"]).level_of_project())


class MemberSerializer(serializers.ModelSerializer[Membership]):
    """Someone's place in the organization."""

    id = serializers.UUIDField(source="uuid", read_only=True)
    user = UserBasicSerializer(read_only=True)
    level = CaseInsensitiveChoiceField(
        choices=Membership.Level.choices, required=False, help_text="1 member, 8 admin, 15 owner."
    )
    is_2fa_enabled = ConstantField(False)
    has_social_auth = ConstantField(False)
    last_login = serializers.DateTimeField(
        source="user.last_login", read_only=True, allow_null=True
    )

    class Meta:
        model = Membership
        fields = [
            "id",
            "user",
            "level",
            "joined_at",
            "updated_at",
            "is_2fa_enabled",
            "has_social_auth",
            "last_login",
        ]
        read_only_fields = ["joined_at", "updated_at"]


class InviteSerializer(serializers.ModelSerializer[OrganizationInvite]):
    """An invitation into the organization."""

    target_email = serializers.EmailField(max_length=254)
    level = CaseInsensitiveChoiceField(
        choices=Membership.Level.choices, required=False, help_text="1 member, 8 admin, 15 owner."
    )
    is_expired = serializers.SerializerMethodField(help_text="True after three days.")
    created_by = UserBasicSerializer(read_only=True, allow_null=True)
    private_project_access = ConstantField(None)
    token = serializers.CharField(
        read_only=True,
        allow_null=True,
        help_text="What the link `/signup/<token>` ends with, in the answer to the creation; null "
        "in others. Whoever has it may make an account with the address.",
    )
    send_email = serializers.BooleanField(
        write_only=True,
        default=True,
        help_text="Whether to send it by e-mail, if the server has a mail server.",
    )

    class Meta:
        model = OrganizationInvite
        fields = [
            "id",
            "target_email",
            "first_name",
            "emailing_attempt_made",
            "level",
            "is_expired",
            "created_by",
            "created_at",
            "updated_at",
            "message",
            "private_project_access",
            "token",
            "send_email",
        ]
        read_only_fields = ["emailing_attempt_made", "created_at", "updated_at"]

    def validate_target_email(self, value: str) -> str:
        if not has_plain_name(value):
            raise RuleBroken("The part before the @ has a letter that is not ASCII.")
        return value

    def get_is_expired(self, invite: OrganizationInvite) -> bool:
        return invite.is_expired(self.context["view"].now)
