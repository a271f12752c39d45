"""What is asked about people and flags, and what is answered."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cohorts.serializers import CohortSerializer
from core.exceptions import RuleBroken
from core.http.fields import ObjectField
from evaluation.engine.explanations import MetProperty
from feature_flags.serializers import MinimalFeatureFlagSerializer

VALUE = {"anyOf": [{"type": "boolean"}, {"type": "string"}]}
REASONS = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "required": ["value", "evaluation"],
        "properties": {
            "value": VALUE,
            "evaluation": {
                "type": "object",
                "required": ["reason", "condition_index"],
                "properties": {
                    "reason": {"type": "string"},
                    "condition_index": {"type": ["integer", "null"]},
                },
            },
        },
    },
}
# All of these are there, whatever is stored.
_JUDGED_PROPERTY = {
    "type": "object",
    "required": ["key", "operator", "value", "type", "actual_value", "matched", "explanation"],
    "properties": {
        "key": {"type": "string"},
        "operator": {"type": "string"},
        "value": {},
        "type": {"type": "string"},
        "actual_value": {"description": "Null of a cohort, and where there is none."},
        "matched": {"type": "boolean"},
        "explanation": {"type": "string"},
    },
    "additionalProperties": {},
}


class CohortsOfPersonSerializer(serializers.Serializer[Any]):
    """The cohorts that a person is in."""

    results = CohortSerializer(many=True)


class FlagValueSerializer(serializers.Serializer[Any]):
    """A flag and what the caller gets from it."""

    feature_flag = MinimalFeatureFlagSerializer()
    value = serializers.JSONField(help_text="true, false or the key of a variant.")


class BlastRadiusSerializer(serializers.Serializer[Any]):
    """A condition of a flag."""

    condition = ObjectField(help_text="`properties`; a `rollout_percentage` does not count here.")
    group_type_index = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=4
    )


class ReachSerializer(serializers.Serializer[Any]):
    """How many are reached, under the names of either era."""

    affected = serializers.IntegerField()
    total = serializers.IntegerField()
    users_affected = serializers.IntegerField(source="affected")
    total_users = serializers.IntegerField(source="total")


class WhoSerializer(serializers.Serializer[Any]):
    """Whom a flag shall be tried for: a distinct id, or a stored person."""

    # As `/flags` reads it: blanks belong to it, and it can be empty.
    distinct_id = serializers.CharField(
        required=False, max_length=400, allow_blank=True, trim_whitespace=False
    )
    person_id = serializers.UUIDField(required=False)
    groups = serializers.DictField(
        required=False,
        child=serializers.CharField(max_length=400, allow_blank=True, trim_whitespace=False),
        help_text="Keys by type.",
    )
    timestamp = serializers.DateTimeField(
        required=False, allow_null=True, help_text="Only null: flags are tried as they are now."
    )

    def validate_timestamp(self, value: object) -> object:
        if value is not None:
            raise RuleBroken("Flags and people are tried as they are now; send no timestamp.")
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("distinct_id" in attrs) == ("person_id" in attrs):
            raise RuleBroken("Send either a distinct_id or a person_id.")
        return attrs


class ConditionOutcomeSerializer(serializers.Serializer[Any]):
    """How somebody fares with one condition."""

    index = serializers.IntegerField()
    matched = serializers.BooleanField()
    properties_matched = serializers.BooleanField()
    explanation = serializers.CharField(source="text")
    rollout_percentage = serializers.FloatField()
    rollout_excluded = serializers.BooleanField(source="is_excluded")
    variant = serializers.CharField(source="document.variant", default=None, allow_null=True)
    properties = serializers.SerializerMethodField(
        help_text="Each as it is stored, with what somebody has and whether that matches."
    )

    @extend_schema_field({"type": "array", "items": _JUDGED_PROPERTY})
    def get_properties(self, explanation: Any) -> list[dict[str, object]]:
        return [_judged(each) for each in explanation.properties]


def _judged(found: MetProperty) -> dict[str, object]:
    stored = found.document
    return {
        **stored,
        "key": str(stored.get("key", "")),
        "operator": stored.get("operator") or ("in" if found.is_about_cohort else "exact"),
        "value": stored.get("value"),
        "type": stored.get("type") or "person",
        "actual_value": found.actual_value,
        "matched": found.is_met,
        "explanation": found.text,
    }


class TrialSerializer(serializers.Serializer[Any]):
    """What a flag gives somebody, and why."""

    flag_key = serializers.CharField()
    result = serializers.JSONField(help_text="true, false or the key of a variant.")
    reason = serializers.CharField()
    condition_index = serializers.IntegerField(allow_null=True)
    payload = serializers.CharField(allow_null=True)
    person_properties = serializers.DictField()
    evaluation_distinct_id = serializers.CharField(
        allow_null=True, help_text="The distinct id that was sent; null when a person was named."
    )
    conditions = ConditionOutcomeSerializer(many=True)
