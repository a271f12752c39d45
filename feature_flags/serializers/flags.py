"""The flag on the wire: as an experiment shows it, and on its own."""

from typing import cast

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.http.fields import (
    CaseInsensitiveChoiceField,
    DocumentField,
    ListField,
    ObjectField,
    StrictBooleanField,
)
from core.http.representation import Representation
from core.http.serializers import ModelSerializer
from feature_flags.changes import FlagChanges, LastSeen
from feature_flags.fields import FlagFiltersField
from feature_flags.models import (
    BucketingIdentifier,
    CreationContext,
    EvaluationRuntime,
    FeatureFlag,
    FlagStatus,
)
from feature_flags.represent import driven_ids, represent_flag, represent_minimal_flag
from feature_flags.validation import MAX_KEY_LENGTH
from tags.fields import TagsField
from tenants.fields import UserAccessLevelField
from tenants.levels import FEATURE_FLAG
from users.serializers import UserBasicSerializer

_LAST_SEEN = frozenset({"version", "original_flag"})
# Where a flag came from, and where it was put, is told once.
_ONLY_NEW = frozenset({"creation_context", "folder"})


class MinimalFeatureFlagSerializer(ModelSerializer[FeatureFlag]):
    """The feature flag that an experiment drives."""

    team_id = serializers.IntegerField(source="project_id", read_only=True)
    filters = FlagFiltersField(read_only=True)
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

    def represent(self, row: FeatureFlag) -> Representation:
        return represent_minimal_flag(row)


class FeatureFlagSerializer(MinimalFeatureFlagSerializer):
    """A feature flag with the people who wrote it and the experiments it drives."""

    key = serializers.CharField(
        max_length=MAX_KEY_LENGTH, help_text="Letters, digits, hyphens and underscores."
    )
    name = serializers.CharField(
        required=False, allow_blank=True, help_text="What the flag is for."
    )
    filters = FlagFiltersField(
        required=False,
        help_text="Who gets what, replaced whole: `groups` must be there. "
        "In place of encrypted payloads there are placeholders; sent back, they keep the payloads.",
    )
    active = StrictBooleanField(required=False)
    archived = StrictBooleanField(
        required=False,
        help_text="Archiving switches the flag off and takes it out of lists that do not ask for "
        "archived ones.",
    )
    deleted = StrictBooleanField(
        required=False, help_text="Deleting keeps the row; false brings it back."
    )
    created_by = UserBasicSerializer(read_only=True, allow_null=True)
    last_modified_by = UserBasicSerializer(read_only=True, allow_null=True)
    version = serializers.IntegerField(
        required=False,
        allow_null=True,
        help_text="Counts the changes. Sent with `original_flag`, it is the version you saw: a "
        "change of what someone else has changed since is a 409.",
    )
    original_flag = ObjectField(
        required=False, allow_null=True, write_only=True, help_text="The flag as you saw it."
    )
    ensure_experience_continuity = StrictBooleanField(required=False, allow_null=True)
    is_remote_configuration = StrictBooleanField(required=False, allow_null=True)
    has_encrypted_payloads = StrictBooleanField(required=False, allow_null=True)
    evaluation_runtime = CaseInsensitiveChoiceField(
        choices=EvaluationRuntime.choices, required=False, allow_null=True
    )
    bucketing_identifier = CaseInsensitiveChoiceField(
        choices=BucketingIdentifier.choices, required=False, allow_null=True
    )
    evaluation_contexts = ListField(
        child=serializers.CharField(max_length=255), required=False, max_length=50
    )
    tags = TagsField(required=False)
    rollback_conditions = DocumentField(required=False, allow_null=True)
    creation_context = CaseInsensitiveChoiceField(
        choices=CreationContext.choices, required=False, write_only=True
    )
    _create_in_folder = serializers.CharField(
        source="folder", required=False, allow_blank=True, write_only=True
    )
    _should_create_usage_dashboard = StrictBooleanField(
        required=False, write_only=True, help_text="Taken and ignored: there are no dashboards."
    )
    experiment_set = serializers.SerializerMethodField(
        help_text="The ids of the experiments on this flag that are not deleted."
    )
    user_access_level = UserAccessLevelField(FEATURE_FLAG)
    status = serializers.SerializerMethodField()

    surveys = serializers.ListField(child=ObjectField(), read_only=True)
    features = serializers.ListField(child=ObjectField(), read_only=True)
    can_edit = serializers.BooleanField(
        read_only=True, help_text="Every member of the organization can."
    )
    usage_dashboard = serializers.IntegerField(read_only=True, allow_null=True)
    analytics_dashboards = serializers.ListField(child=serializers.IntegerField(), read_only=True)
    has_enriched_analytics = serializers.BooleanField(read_only=True)
    last_called_at = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text="Always null: this server sees no calls."
    )
    is_used_in_replay_settings = serializers.BooleanField(read_only=True)

    class Meta:
        model = FeatureFlag
        fields = [
            "id",
            "name",
            "key",
            "filters",
            "deleted",
            "active",
            "archived",
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
            "creation_context",
            "is_remote_configuration",
            "has_encrypted_payloads",
            "status",
            "evaluation_runtime",
            "bucketing_identifier",
            "last_called_at",
            "is_used_in_replay_settings",
            "_create_in_folder",
            "_should_create_usage_dashboard",
            "original_flag",
        ]
        read_only_fields = ["created_at", "updated_at", "performed_rollback"]

    def represent(self, row: FeatureFlag) -> Representation:
        return represent_flag(row, self.context)

    def validate_evaluation_contexts(self, value: list[str]) -> list[str]:
        return list(dict.fromkeys(value))

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        attrs.pop("_should_create_usage_dashboard", None)
        return attrs

    @property
    def sent_values(self) -> FlagChanges:
        """Return what was sent about the flag itself, and means something now."""
        ignored = _LAST_SEEN if self.instance is None else _LAST_SEEN | _ONLY_NEW
        sent = {name: value for name, value in self.validated_data.items() if name not in ignored}
        return cast("FlagChanges", sent)

    @property
    def last_seen(self) -> LastSeen:
        """Return what was sent about the flag as the client saw it."""
        seen = {name: self.validated_data[name] for name in _LAST_SEEN & self.validated_data.keys()}
        return cast("LastSeen", seen)

    def get_experiment_set(self, flag: FeatureFlag) -> list[int]:
        return driven_ids(flag)

    @extend_schema_field(serializers.ChoiceField(choices=FlagStatus.choices))
    def get_status(self, flag: FeatureFlag) -> str:
        return flag.status_at(self.context["view"].now)
