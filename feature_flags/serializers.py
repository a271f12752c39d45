"""The flag as an experiment shows it."""

from rest_framework import serializers

from core.fields import ObjectField
from feature_flags.models import BucketingIdentifier, EvaluationRuntime, FeatureFlag


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
