"""Copies of flags on the wire, and flags of one key."""

from typing import Any

from rest_framework import serializers

from core.http.fields import ListField
from core.http.serializers import ModelSerializer
from feature_flags.models import FeatureFlag
from feature_flags.serializers import FeatureFlagSerializer
from organization_flags.validation import MAX_TARGETS
from users.serializers import UserBasicSerializer


class DependencyQuestionSerializer(serializers.Serializer[Any]):
    """Which flag would be copied, from where to where."""

    feature_flag_key = serializers.CharField()
    from_project = serializers.IntegerField()
    target_project_ids = ListField(
        child=serializers.IntegerField(), min_length=1, max_length=MAX_TARGETS
    )


class CopyFlagsSerializer(DependencyQuestionSerializer):
    """Which flag is copied, from where to where, and what with it."""

    copy_schedule = serializers.BooleanField(
        required=False, help_text="Also its scheduled changes that are still to come."
    )
    disable_copied_flag = serializers.BooleanField(
        required=False, help_text="The copies are off, whatever the flag is."
    )
    copy_dependencies = serializers.BooleanField(
        required=False, help_text="Also the flags that it depends on, where they are missing."
    )


class CopiedFlagSerializer(FeatureFlagSerializer):
    """A flag as it is in the project that it was copied to."""

    schedule_copy_warning = serializers.CharField(
        allow_null=True, help_text="How many scheduled changes could not be copied, if any."
    )

    class Meta(FeatureFlagSerializer.Meta):
        fields = [*FeatureFlagSerializer.Meta.fields, "schedule_copy_warning"]


class FailedCopySerializer(serializers.Serializer[Any]):
    """A project that has no copy, and why."""

    project_id = serializers.IntegerField()
    error_message = serializers.CharField()


class CopiesSerializer(serializers.Serializer[Any]):
    """What became of the copies, one for each project."""

    success = CopiedFlagSerializer(many=True)
    failed = FailedCopySerializer(many=True)


class DependencyRequirementsSerializer(serializers.Serializer[Any]):
    """What copies would need of other flags."""

    can_copy_dependencies = serializers.BooleanField(
        help_text="There is something to copy, and nothing in the way."
    )
    dependency_count = serializers.IntegerField()
    copied_dependency_keys = serializers.ListField(
        child=serializers.CharField(), help_text="Missing in one of the projects."
    )
    reused_dependency_keys = serializers.ListField(
        child=serializers.CharField(), help_text="There and on in all of the projects."
    )
    warnings = serializers.ListField(child=serializers.CharField())
    reason = serializers.CharField()


class FlagOfKeySerializer(ModelSerializer[FeatureFlag]):
    """The flag with a key in one of the projects."""

    flag_id = serializers.IntegerField(source="pk", read_only=True)
    team_id = serializers.IntegerField(source="project_id", read_only=True)
    created_by = UserBasicSerializer(read_only=True, allow_null=True)
    filters = serializers.DictField(source="shown_filters", read_only=True)
    evaluations_7d = serializers.SerializerMethodField(
        help_text="Always null: calls of flags are not counted."
    )

    class Meta:
        model = FeatureFlag
        fields = [
            "flag_id",
            "team_id",
            "created_by",
            "filters",
            "created_at",
            "active",
            "evaluations_7d",
        ]
        read_only_fields = fields

    def get_evaluations_7d(self, flag: FeatureFlag) -> int | None:
        return None
