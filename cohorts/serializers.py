"""The cohort on the wire."""

from typing import Any, cast
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cohorts.documents import CohortType
from cohorts.models import Cohort
from cohorts.selectors import count_members, experiment_ids_of
from cohorts.services import MAX_PERSONS, CohortChanges
from core.exceptions import RuleBroken
from core.http.fields import (
    ArrayField,
    ConstantField,
    DocumentField,
    ObjectField,
    StrictBooleanField,
)
from core.http.serializers import ModelSerializer
from users.serializers import UserBasicSerializer

_WRITTEN = frozenset({"name", "description", "deleted", "filters", "is_static", "folder"})


class CohortSerializer(ModelSerializer[Cohort]):
    """A cohort: people who meet a definition, or who were put in by name."""

    name = serializers.CharField(max_length=400)
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
    is_calculating = ConstantField(False)
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
    _create_static_person_ids = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        write_only=True,
        max_length=MAX_PERSONS,
        help_text="The ids of the persons that a new static cohort begins with.",
    )

    class Meta:
        model = Cohort
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
        return value or {}

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

    person_ids = serializers.ListField(
        child=serializers.UUIDField(), allow_empty=False, max_length=MAX_PERSONS
    )


class PersonIdSerializer(serializers.Serializer[Any]):
    """A person to take out of a static cohort."""

    person_id = serializers.UUIDField()


class MembershipDoneSerializer(serializers.Serializer[Any]):
    """That it was done."""

    success = serializers.BooleanField()


class CreatedCohortSerializer(serializers.Serializer[Any]):
    """A cohort that was made for something else."""

    cohort = CohortSerializer()
