"""The holdout on the wire."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.http.fields import DocumentField
from core.http.representation import Representation, shown_moment
from core.http.serializers import ModelSerializer
from holdouts.models import Holdout
from holdouts.validation import check_groups
from users.serializers import UserBasicSerializer, represent_creator

_GROUP = {
    "type": "object",
    "properties": {
        "properties": {"type": "array", "items": {"type": "object", "additionalProperties": {}}},
        "rollout_percentage": {"type": "number", "minimum": 0, "maximum": 100},
        "variant": {"type": "string"},
    },
    "required": ["rollout_percentage"],
    "additionalProperties": {},
}


@extend_schema_field({"type": "array", "items": _GROUP})
class HoldoutGroupsField(DocumentField):
    """The groups of a holdout; the first one's percentage is the share kept out."""


class HoldoutSerializer(ModelSerializer[Holdout]):
    """A holdout: a share of people kept out of every experiment that uses it."""

    name = serializers.CharField(max_length=400)
    description = serializers.CharField(
        max_length=400, required=False, allow_null=True, allow_blank=True
    )
    filters = HoldoutGroupsField(
        required=False,
        help_text="Groups of people kept out. Only the first group's `rollout_percentage` reaches "
        "the feature flags; `variant` is set by the server. Without it nobody is kept out.",
    )
    created_by = UserBasicSerializer(read_only=True, allow_null=True)

    def represent(self, row: Holdout) -> Representation:
        return represent_holdout(row)

    class Meta:
        model = Holdout
        fields = [
            "id",
            "name",
            "description",
            "filters",
            "created_by",
            "created_at",
            "updated_at",
        ]
        read_only_fields = ["created_at", "updated_at"]

    def validate_filters(self, value: object) -> object:
        check_groups(value)
        return value


def represent_holdout(holdout: Holdout) -> Representation:
    """Return a holdout as `HoldoutSerializer` defines it."""
    return {
        "id": holdout.pk,
        "name": holdout.name,
        "description": holdout.description,
        "filters": holdout.filters,
        "created_by": represent_creator(holdout.created_by),
        "created_at": shown_moment(holdout.created_at),
        "updated_at": shown_moment(holdout.updated_at),
    }
