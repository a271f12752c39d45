"""The experiment on the wire."""

from typing import Any

from rest_framework import serializers

from core.exceptions import RuleBroken
from core.http.fields import (
    ArrayField,
    CaseInsensitiveChoiceField,
    ExactBooleanField,
    ObjectField,
    StrictBooleanField,
)
from core.http.representation import Representation
from core.http.serializers import ModelSerializer
from experiments import validation
from experiments.fields import (
    ExperimentFlagField,
    ExposureCriteriaField,
    MetricsField,
    OrderingField,
    ParametersField,
    ProjectHoldoutField,
    SavedMetricLinksField,
    SavedQueryField,
    SchedulingField,
    SecondaryMetricsField,
    StatsConfigField,
)
from experiments.flag_input import read_flag_input
from experiments.flag_settings import FlagSettings
from experiments.models import Experiment, ExperimentSavedMetric
from experiments.represent import represent_experiment, represent_link
from experiments.services.references import check_visible_actions
from experiments.status import SHOWN_CHOICES
from holdouts.models import Holdout
from holdouts.serializers import HoldoutSerializer
from tags.fields import TagsField
from tenants.fields import UserAccessLevelField
from tenants.levels import EXPERIMENT
from users.serializers import UserBasicSerializer


class SavedMetricLinkSerializer(ModelSerializer[ExperimentSavedMetric]):
    """The use of a saved metric by an experiment."""

    metadata = ObjectField(read_only=True)
    query = SavedQueryField(source="*", read_only=True)
    name = serializers.CharField(source="saved_metric.name", read_only=True)

    class Meta:
        model = ExperimentSavedMetric
        fields = ["id", "experiment", "saved_metric", "metadata", "created_at", "query", "name"]
        read_only_fields = fields

    def represent(self, row: ExperimentSavedMetric) -> Representation:
        return represent_link(row, self.context)


class ExperimentSerializer(ModelSerializer[Experiment]):
    """An experiment together with the feature flag it drives."""

    name = serializers.CharField(max_length=400)
    description = serializers.CharField(
        max_length=3000, required=False, allow_null=True, allow_blank=True
    )
    feature_flag_key = serializers.CharField(
        help_text="The flag to drive: the project's flag with this key as it is, or a new one."
    )
    feature_flag = ExperimentFlagField(required=False, allow_null=True)
    holdout = HoldoutSerializer(read_only=True, allow_null=True)
    holdout_id = ProjectHoldoutField(
        source="holdout", queryset=Holdout.objects.none(), required=False, allow_null=True
    )
    parameters = ParametersField(required=False, allow_null=True)
    secondary_metrics = SecondaryMetricsField(required=False, allow_null=True)
    saved_metrics = SavedMetricLinkSerializer(source="shown_links", many=True, read_only=True)
    saved_metrics_ids = SavedMetricLinksField(required=False, allow_null=True)
    filters = ObjectField(required=False, help_text="Kept for clients of the past.")
    archived = StrictBooleanField(required=False)
    deleted = StrictBooleanField(required=False, allow_null=True)
    created_by = UserBasicSerializer(read_only=True, allow_null=True)
    type = CaseInsensitiveChoiceField(
        choices=Experiment.Type.choices, required=False, allow_null=True
    )
    exposure_criteria = ExposureCriteriaField(required=False, allow_null=True)
    metrics = MetricsField(required=False, allow_null=True)
    metrics_secondary = MetricsField(required=False, allow_null=True)
    stats_config = StatsConfigField(required=False, allow_null=True)
    scheduling_config = SchedulingField(required=False, allow_null=True)
    _create_in_folder = serializers.CharField(
        source="folder", required=False, allow_null=True, allow_blank=True
    )
    conclusion = CaseInsensitiveChoiceField(
        choices=Experiment.Conclusion.choices, required=False, allow_null=True
    )
    conclusion_comment = serializers.CharField(required=False, allow_null=True, allow_blank=True)
    primary_metrics_ordered_uuids = OrderingField(required=False, allow_null=True)
    secondary_metrics_ordered_uuids = OrderingField(required=False, allow_null=True)
    exposure_preaggregation_enabled = StrictBooleanField(required=False)
    status = serializers.ChoiceField(choices=SHOWN_CHOICES, source="shown_status", read_only=True)
    exposure_cohort = serializers.IntegerField(
        source="exposure_cohort_id",
        read_only=True,
        allow_null=True,
        help_text="The cohort that `create_exposure_cohort_for_experiment/` made.",
    )
    user_access_level = UserAccessLevelField(EXPERIMENT)

    update_feature_flag_params = StrictBooleanField(
        required=False,
        write_only=True,
        help_text="true: also change the flag of a launched experiment.",
    )
    excluded_variants = ArrayField(
        required=False,
        allow_null=True,
        write_only=True,
        help_text="Keys of variants that the analysis leaves out; kept in `parameters`.",
    )
    running_time_calculation = ObjectField(
        required=False, allow_null=True, write_only=True, help_text="Kept in `parameters`."
    )
    only_count_matured_users = ExactBooleanField(
        required=False, write_only=True, help_text="Kept in `exposure_criteria`."
    )
    tags = TagsField(
        required=False, help_text="Words to find it by; shown by experiments that have some."
    )

    class Meta:
        model = Experiment
        fields = [
            "id",
            "name",
            "description",
            "start_date",
            "end_date",
            "feature_flag_key",
            "feature_flag",
            "holdout",
            "holdout_id",
            "exposure_cohort",
            "parameters",
            "secondary_metrics",
            "saved_metrics",
            "saved_metrics_ids",
            "filters",
            "archived",
            "deleted",
            "created_by",
            "created_at",
            "updated_at",
            "type",
            "exposure_criteria",
            "metrics",
            "metrics_secondary",
            "stats_config",
            "scheduling_config",
            "_create_in_folder",
            "conclusion",
            "conclusion_comment",
            "primary_metrics_ordered_uuids",
            "secondary_metrics_ordered_uuids",
            "exposure_preaggregation_enabled",
            "status",
            "user_access_level",
            "update_feature_flag_params",
            "excluded_variants",
            "running_time_calculation",
            "only_count_matured_users",
            "tags",
        ]
        read_only_fields = ["created_at", "updated_at"]
        sometimes_shown = frozenset({"tags"})

    def represent(self, row: Experiment) -> Representation:
        return represent_experiment(row, self.context)

    def validate_deleted(self, value: bool | None) -> bool:
        return bool(value)

    def validate_parameters(self, value: dict[str, Any] | None) -> dict[str, Any] | None:
        validation.check_parameters(value or {})
        return value

    def validate_exposure_criteria(self, value: object) -> object:
        validation.check_exposure_criteria(value)
        return value

    def validate_scheduling_config(self, value: dict[str, Any] | None) -> dict[str, Any] | None:
        validation.check_scheduling(value)
        return value

    def validate_excluded_variants(self, value: list[Any] | None) -> list[Any] | None:
        validation.check_texts(value or [])
        return value

    def validate_running_time_calculation(
        self, value: dict[str, Any] | None
    ) -> dict[str, Any] | None:
        validation.check_running_time(value or {})
        return value

    def validate_feature_flag(self, value: object) -> FlagSettings:
        key = self.initial_data.get("feature_flag_key")
        if self.instance is not None:
            key = self.instance.feature_flag_key
        return read_flag_input(value, key=key)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        validation.check_dates(start_date=attrs.get("start_date"), end_date=attrs.get("end_date"))
        check_visible_actions(access=self.context["access"], values=attrs, experiment=self.instance)
        return attrs


class VerdictSerializer(serializers.Serializer[Any]):
    """What was learned from an experiment."""

    conclusion = CaseInsensitiveChoiceField(
        choices=Experiment.Conclusion.choices, required=False, allow_null=True
    )
    conclusion_comment = serializers.CharField(required=False, allow_null=True, allow_blank=True)


class ShipVariantSerializer(VerdictSerializer):
    """The variant that everyone shall get."""

    variant_key = serializers.CharField()
    release_to_everyone = ExactBooleanField(
        required=False,
        help_text="false: only the split changes, and who takes part stays as it is. "
        "By default a first group lets everyone in.",
    )


class ArchiveSerializer(serializers.Serializer[Any]):
    """What shall happen to the flag of an archived experiment."""

    disable_feature_flag = ExactBooleanField(
        required=False, help_text="true: switch the flag off and archive it as well."
    )


class DuplicateSerializer(serializers.Serializer[Any]):
    """How a duplicate differs: by its name, and by its flag when a key is given."""

    feature_flag_key = serializers.CharField(
        required=False, allow_null=True, allow_blank=True, help_text="By default that of its flag."
    )
    name = serializers.CharField(required=False, allow_null=True, allow_blank=True, max_length=400)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("feature_flag_key") == "":
            # By the name that the field has in the flag, as for every key that flags refuse.
            raise RuleBroken("This field may not be blank.", attr="key", code="blank")
        return attrs


class CopyToProjectSerializer(serializers.Serializer[Any]):
    """Where a copy goes, and how it differs."""

    target_team_id = serializers.IntegerField()
    feature_flag_key = serializers.CharField(required=False, allow_blank=True)
    name = serializers.CharField(required=False, allow_blank=True, max_length=400)


# What cannot be copied says so in its own way; all else is refused as ever.
COPY_REFUSAL = {
    "anyOf": [
        {"type": "object", "properties": {"detail": {"type": "string"}}, "required": ["detail"]},
        {"$ref": "#/components/schemas/PolicyConflict"},
        {"$ref": "#/components/schemas/Error"},
    ]
}


class ExperimentStatsSerializer(serializers.Serializer[Any]):
    """How many experiments were launched, run and ended; deleted and archived ones not counted."""

    launched_last_30d = serializers.IntegerField(
        help_text="Launched in the 30 days before today, or today."
    )
    launched_previous_30d = serializers.IntegerField(
        help_text="Launched in the 30 days before those."
    )
    percent_change = serializers.FloatField(help_text="From the previous 30 days to the last 30.")
    active_experiments = serializers.IntegerField(help_text="Launched and not ended.")
    completed_last_30d = serializers.IntegerField(
        help_text="Ended in the 30 days before today, or today."
    )
