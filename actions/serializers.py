"""The action on the wire."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from actions.models import Action
from actions.services import ActionChanges
from actions.validation import MATCHINGS, MAX_FILTERS, MAX_STEPS, MAX_TEXT_LENGTH
from core.http.fields import ArrayField, ConstantField, StrictBooleanField
from core.http.serializers import ModelSerializer
from tags.fields import TagsField
from tenants.fields import UserAccessLevelField
from tenants.levels import ACTION
from users.serializers import UserBasicSerializer

_TEXT = {"type": ["string", "null"], "maxLength": MAX_TEXT_LENGTH}
_MATCHING = {"type": ["string", "null"], "enum": [*MATCHINGS, None]}
_STEPS = {
    "type": "array",
    "maxItems": MAX_STEPS,
    "description": "An event is the action when any of these matches it: all members of the step "
    f"that say something. At most {MAX_FILTERS} property filters in all.",
    "items": {
        "type": "object",
        "additionalProperties": {},
        "properties": {
            "event": _TEXT | {"description": "The name of the event; null: every event."},
            "properties": {
                "type": ["array", "null"],
                "items": {"type": "object", "additionalProperties": {}},
                "description": "Property filters, which hold together.",
            },
            "selector": _TEXT,
            "tag_name": _TEXT,
            "text": _TEXT,
            "text_matching": _MATCHING | {"description": "`exact` by default."},
            "href": _TEXT,
            "href_matching": _MATCHING | {"description": "`exact` by default."},
            "url": _TEXT,
            "url_matching": _MATCHING | {"description": "`contains` by default."},
        },
    },
}
_WRITTEN = frozenset(
    {
        *("name", "description", "tags", "steps", "post_to_slack", "slack_message_format"),
        *("pinned_at", "folder", "deleted"),
    }
)


@extend_schema_field(_STEPS)
class StepsField(ArrayField):
    """Which events an action is."""


class ActionSerializer(ModelSerializer[Action]):
    """A named event of the project: one that matches any of its steps."""

    name = serializers.CharField(
        max_length=400,
        required=False,
        allow_null=True,
        allow_blank=True,
        help_text="Unique in the project; an empty one is none.",
    )
    description = serializers.CharField(required=False, allow_blank=True, max_length=10_000)
    tags = TagsField(required=False)
    post_to_slack = StrictBooleanField(required=False, help_text="Kept; this server posts nothing.")
    slack_message_format = serializers.CharField(required=False, allow_blank=True, max_length=1200)
    steps = StepsField(required=False)
    created_by = UserBasicSerializer(read_only=True, allow_null=True)
    deleted = StrictBooleanField(
        required=False, help_text="Deleting keeps the row; false brings it back."
    )
    is_calculating = ConstantField(False)
    last_calculated_at = ConstantField(None, help_text="Events are matched when results are.")
    team_id = serializers.IntegerField(source="project_id", read_only=True)
    is_action = ConstantField(True)
    bytecode_error = ConstantField(None)
    pinned_at = serializers.DateTimeField(required=False, allow_null=True)
    creation_context = ConstantField(None)
    _create_in_folder = serializers.CharField(
        source="folder", required=False, allow_null=True, allow_blank=True, write_only=True
    )
    user_access_level = UserAccessLevelField(ACTION)

    class Meta:
        model = Action
        fields = [
            "id",
            "name",
            "description",
            "tags",
            "post_to_slack",
            "slack_message_format",
            "steps",
            "created_at",
            "created_by",
            "deleted",
            "is_calculating",
            "last_calculated_at",
            "team_id",
            "is_action",
            "bytecode_error",
            "pinned_at",
            "creation_context",
            "_create_in_folder",
            "user_access_level",
        ]
        read_only_fields = ["created_at"]

    def validate_name(self, value: str | None) -> str | None:
        return value or None

    @property
    def sent_values(self) -> ActionChanges:
        """Return what was sent about the action itself."""
        sent = {name: self.validated_data[name] for name in _WRITTEN & self.validated_data.keys()}
        return cast("ActionChanges", sent)


class ActionReferenceSerializer(serializers.Serializer[Any]):
    """An object that is defined by the action."""

    type = serializers.CharField(help_text="`experiment`, `experiment_saved_metric` or `cohort`.")
    id = serializers.CharField()
    name = serializers.CharField()
    url = serializers.CharField(help_text="Its page in the console; empty when it has none.")
    created_at = serializers.DateTimeField()
    created_by = UserBasicSerializer(allow_null=True)
