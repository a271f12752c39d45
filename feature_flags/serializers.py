"""The flag on the wire: as an experiment shows it, and on its own."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.fields import ObjectField
from feature_flags.models import BucketingIdentifier, EvaluationRuntime, FeatureFlag, FlagStatus
from projects.permissions import access_level
from users.serializers import UserBasicSerializer


class MinimalFeatureFlagSerializer(serializers.ModelSerializer):
    """The feature flag that an experiment drives."""

    team_id = serializers.IntegerField(source="project_id", read_only=True)
    filters = ObjectField(read_only=True)
    version = serializers.IntegerField(read_only=True, allow_null=True)
    evaluation_runtime = serializers.ChoiceField(
        choices=EvaluationRuntime.choices, read_only=True, allow_null=True
    )
    bucketing_identifier = serializers.ChoiceField(
        choices=BucketingIdentifier.choices, read_only=True, allow_null=True
    )
    evaluation_contexts = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = FeatureFlag
        fields = [
            "id",
            "team_id",
            "name",
            "key",
            "filters",
            "deleted",
            "active",
            "ensure_experience_continuity",
            "has_encrypted_payloads",
            "version",
            "evaluation_runtime",
            "bucketing_identifier",
            "evaluation_contexts",
        ]
        read_only_fields = fields


class FeatureFlagSerializer(MinimalFeatureFlagSerializer):
    """A feature flag with the people who wrote it and the experiments it drives."""

    created_by = UserBasicSerializer(read_only=True, allow_null=True)
    last_modified_by = UserBasicSerializer(read_only=True, allow_null=True)
    experiment_set = serializers.SerializerMethodField(
        help_text="The ids of the experiments on this flag that are not deleted."
    )
    user_access_level = serializers.SerializerMethodField()
    status = serializers.SerializerMethodField()

    # Rows have nothing of the following, because this server has nothing like it: a flag is shown
    # as one that is in no survey, on no dashboard and so on.
    surveys = serializers.ListField(child=ObjectField(), read_only=True, default=list)
    features = serializers.ListField(child=ObjectField(), read_only=True, default=list)
    rollback_conditions = ObjectField(read_only=True, allow_null=True)
    performed_rollback = serializers.BooleanField(read_only=True, allow_null=True)
    can_edit = serializers.BooleanField(
        read_only=True, default=True, help_text="Every member of the organization can."
    )
    tags = serializers.ListField(child=serializers.CharField(), read_only=True, default=list)
    usage_dashboard = serializers.IntegerField(read_only=True, allow_null=True)
    analytics_dashboards = serializers.ListField(
        child=serializers.IntegerField(), read_only=True, default=list
    )
    has_enriched_analytics = serializers.BooleanField(read_only=True, default=False)
    is_remote_configuration = serializers.BooleanField(read_only=True, default=False)
    last_called_at = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text="Always null: this server sees no calls."
    )
    is_used_in_replay_settings = serializers.BooleanField(read_only=True, default=False)

    class Meta:
        model = FeatureFlag
        fields = [
            "id",
            "name",
            "key",
            "filters",
            "deleted",
            "active",
            "created_by",
            "created_at",
            "updated_at",
            "version",
            "last_modified_by",
            "ensure_experience_continuity",
            "experiment_set",
            "surveys",
            "features",
            "rollback_conditions",
            "performed_rollback",
            "can_edit",
            "tags",
            "evaluation_contexts",
            "usage_dashboard",
            "analytics_dashboards",
            "has_enriched_analytics",
            "user_access_level",
            "is_remote_configuration",
            "has_encrypted_payloads",
            "status",
            "evaluation_runtime",
            "bucketing_identifier",
            "last_called_at",
            "is_used_in_replay_settings",
        ]
        read_only_fields = fields

    def get_experiment_set(self, flag: FeatureFlag) -> list[int]:
        return sorted(driven.pk for driven in flag.experiments.all() if not driven.deleted)

    @extend_schema_field({"type": "string"})
    def get_user_access_level(self, flag: FeatureFlag) -> str:
        return access_level(
            membership=self.context["membership"],
            user_id=self.context["request"].user.pk,
            creator_id=flag.created_by_id,
        )

    @extend_schema_field(serializers.ChoiceField(choices=FlagStatus.choices))
    def get_status(self, flag: FeatureFlag) -> str:
        return flag.status_at(self.context["view"].now)
