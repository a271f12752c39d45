"""Projects on the wire, with all their settings."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.fields import ArrayField, ConstantField, WordField
from projects.models import Project, StatsMethod


class ProjectSerializer(serializers.ModelSerializer):
    """A project and its settings."""

    effective_membership_level = serializers.SerializerMethodField(
        help_text="The caller's level in the organization: 1 member, 8 admin, 15 owner."
    )
    has_group_types = ConstantField(False)
    group_types = ConstantField([])
    live_events_token = ConstantField(None)
    app_urls = ArrayField(required=False, help_text="Where the product runs.")
    completed_snippet_onboarding = ConstantField(True)
    ingested_event = ConstantField(False, help_text="Always false: events go elsewhere.")
    test_account_filters = ArrayField(
        required=False, help_text="Who counts as a tester, as property filters."
    )
    is_demo = ConstantField(False)
    data_attributes = ConstantField(["data-attr"])
    person_display_name_properties = ConstantField(None)
    access_control = ConstantField(False)
    project_id = serializers.IntegerField(source="id", read_only=True, help_text="Equals `id`.")
    user_access_level = serializers.SerializerMethodField(
        help_text="`admin` for those who may change the project, `member` for all others."
    )
    default_modifiers = ConstantField({})
    modifiers = ConstantField(None)
    extra_settings = ConstantField(None)
    has_completed_onboarding_for = ConstantField(None)
    product_intents = ConstantField([])
    secret_api_token = ConstantField(None)
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
    default_experiment_stats_method = WordField(
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
        return self.context["membership"].level

    @extend_schema_field({"type": "string", "enum": ["admin", "member"]})
    def get_user_access_level(self, project: Project) -> str:
        return "admin" if self.context["membership"].is_admin else "member"
