"""The cohort on the wire."""

from typing import Any, cast
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from actions.selectors import hidden_actions
from cohorts.documents import CohortType, needed_actions
from cohorts.models import MAX_NAME_LENGTH, Cohort, CohortCalculation
from cohorts.selectors import count_members, experiment_ids_of
from cohorts.services import MAX_PERSONS, CohortChanges
from core.exceptions import RuleBroken, not_in_project
from core.http.fields import (
    ArrayField,
    ConstantField,
    DocumentField,
    ListField,
    ObjectField,
    StrictBooleanField,
)
from core.http.serializers import ModelSerializer
from users.serializers import UserBasicSerializer

_WRITTEN = frozenset({"name", "description", "deleted", "filters", "is_static", "folder"})


class CohortSerializer(ModelSerializer[Cohort]):
    """A cohort: people who meet a definition, or who were put in by name."""

    name = serializers.CharField(max_length=MAX_NAME_LENGTH)
    description = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    groups = ArrayField(required=False, help_text="Only an empty list: use `filters`.")
    deleted = StrictBooleanField(
        required=False, help_text="Deleting keeps the row; false brings it back."
    )
    filters = ObjectField(
        required=False,
        allow_null=True,
        help_text="`properties` is a group of conditions: `type` AND or OR, and `values`.",
    )
    query = DocumentField(required=False, allow_null=True, help_text="Only null: use `filters`.")
    is_static = StrictBooleanField(required=False)
    created_by = UserBasicSerializer(read_only=True, allow_null=True)
    is_calculating = serializers.BooleanField(
        read_only=True, help_text="Whether people are still being put into a static cohort."
    )
    last_calculation = serializers.DateTimeField(read_only=True, allow_null=True)
    errors_calculating = ConstantField(0)
    count = serializers.SerializerMethodField(
        help_text="How many members a static cohort has; null for others, which are not counted."
    )
    cohort_type = serializers.ChoiceField(
        choices=[kind.value for kind in CohortType], read_only=True
    )
    experiment_set = serializers.SerializerMethodField(
        help_text="The ids of the experiments whose exposed people this cohort is."
    )
    _create_in_folder = serializers.CharField(
        source="folder", required=False, allow_null=True, allow_blank=True, write_only=True
    )
    _create_static_person_ids = ListField(
        child=serializers.UUIDField(),
        required=False,
        write_only=True,
        max_length=MAX_PERSONS,
        help_text="The ids of the persons that a new static cohort begins with.",
    )

    def to_representation(self, cohort: Cohort) -> dict[str, Any]:
        shown = super().to_representation(cohort)
        for name in self.Meta.sometimes_shown if self.context.get("is_basic") else ():
            del shown[name]
        return shown

    class Meta:
        model = Cohort
        # Not in a list that is asked for with `basic`.
        sometimes_shown = frozenset({"query", "groups", "experiment_set"})
        fields = [
            "id",
            "name",
            "description",
            "groups",
            "deleted",
            "filters",
            "query",
            "version",
            "is_calculating",
            "created_by",
            "created_at",
            "last_calculation",
            "errors_calculating",
            "count",
            "is_static",
            "cohort_type",
            "experiment_set",
            "_create_in_folder",
            "_create_static_person_ids",
        ]
        read_only_fields = ["created_at", "version"]

    def validate_groups(self, value: list[object]) -> list[object]:
        if value:
            raise RuleBroken("Define the cohort by filters.")
        return value

    def validate_query(self, value: object) -> object:
        if value is not None:
            raise RuleBroken("Define the cohort by filters; queries are not run.")
        return value

    def validate_filters(self, value: dict[str, Any] | None) -> dict[str, Any]:
        filters = value or {}
        # An action that is denied the caller does not exist for them, unless it is there already.
        ids = needed_actions(filters) - needed_actions(getattr(self.instance, "filters", {}))
        project, access = self.context["project"], self.context["access"]
        if hidden := hidden_actions(project=project, access=access, ids=ids):
            raise RuleBroken(not_in_project("action", hidden))
        return filters

    @property
    def sent_values(self) -> CohortChanges:
        """Return what was sent about the cohort itself."""
        sent = {name: self.validated_data[name] for name in _WRITTEN & self.validated_data.keys()}
        return cast("CohortChanges", sent)

    @property
    def sent_persons(self) -> list[UUID]:
        """Return the persons that a new cohort begins with."""
        return cast("list[UUID]", self.validated_data.get("_create_static_person_ids", []))

    @extend_schema_field({"type": ["integer", "null"]})
    def get_count(self, cohort: Cohort) -> int | None:
        return count_members(cohort=cohort) if cohort.is_static else None

    @extend_schema_field(serializers.ListField(child=serializers.IntegerField()))
    def get_experiment_set(self, cohort: Cohort) -> list[int]:
        return experiment_ids_of(cohort=cohort)


class PersonIdsSerializer(serializers.Serializer[Any]):
    """Persons to put into a static cohort."""

    person_ids = ListField(child=serializers.UUIDField(), allow_empty=False, max_length=MAX_PERSONS)


class PersonIdSerializer(serializers.Serializer[Any]):
    """A person to take out of a static cohort."""

    person_id = serializers.UUIDField()


class MembershipDoneSerializer(serializers.Serializer[Any]):
    """That it was done."""

    success = serializers.BooleanField()


class CreatedCohortSerializer(serializers.Serializer[Any]):
    """A cohort that was made for something else."""

    cohort = CohortSerializer()


class CohortCalculationSerializer(serializers.ModelSerializer[CohortCalculation]):
    """One time that people were put into a static cohort."""

    filters = ConstantField({})
    queries = ConstantField([])
    total_query_ms = serializers.SerializerMethodField()
    is_completed = serializers.SerializerMethodField()
    is_successful = serializers.SerializerMethodField()

    class Meta:
        model = CohortCalculation
        fields = [
            "id",
            "filters",
            "count",
            "started_at",
            "finished_at",
            "queries",
            "error",
            "total_query_ms",
            "is_completed",
            "is_successful",
        ]
        read_only_fields = fields

    @extend_schema_field({"type": ["integer", "null"]})
    def get_total_query_ms(self, calculation: CohortCalculation) -> int | None:
        if calculation.finished_at is None:
            return None
        return round((calculation.finished_at - calculation.started_at).total_seconds() * 1000)

    def get_is_completed(self, calculation: CohortCalculation) -> bool:
        return calculation.finished_at is not None

    def get_is_successful(self, calculation: CohortCalculation) -> bool:
        return calculation.finished_at is not None and calculation.error is None
