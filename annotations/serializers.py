"""The annotation on the wire."""

from typing import cast

from rest_framework import serializers

from annotations.models import Annotation
from annotations.services import AnnotationChanges
from core.exceptions import RuleBroken
from core.http.fields import CaseInsensitiveChoiceField, ConstantField, StrictBooleanField
from core.http.serializers import ModelSerializer
from tags.fields import TagsField
from users.serializers import UserBasicSerializer

_NOWHERE = frozenset({"dashboard_item", "dashboard_id"})


class AnnotationSerializer(ModelSerializer[Annotation]):
    """A note about a moment."""

    content = serializers.CharField(
        max_length=8192, required=False, allow_null=True, allow_blank=True
    )
    date_marker = serializers.DateTimeField(
        required=False, allow_null=True, help_text="The moment that it is about."
    )
    creation_type = CaseInsensitiveChoiceField(
        choices=Annotation.CreationType.choices,
        required=False,
        help_text="`USR` for a person's, `GIT` for that of a deployment.",
    )
    dashboard_item = serializers.IntegerField(
        required=False, allow_null=True, help_text="Only null: there are no insights."
    )
    dashboard_id = serializers.IntegerField(
        required=False, allow_null=True, help_text="Only null: there are no dashboards."
    )
    dashboard_name = ConstantField(None)
    insight_short_id = ConstantField(None)
    insight_name = ConstantField(None)
    insight_derived_name = ConstantField(None)
    created_by = UserBasicSerializer(read_only=True, allow_null=True)
    deleted = StrictBooleanField(
        required=False, help_text="Deleting keeps the row; false brings it back."
    )
    scope = CaseInsensitiveChoiceField(
        choices=Annotation.Scope.choices,
        required=False,
        help_text="`organization`: every project of the organization shows it.",
    )
    tags = TagsField(required=False)
    emoji = serializers.CharField(max_length=16, required=False, allow_null=True, allow_blank=True)
    hidden_in_user_interface = StrictBooleanField(required=False, allow_null=True)

    class Meta:
        model = Annotation
        fields = [
            "id",
            "content",
            "date_marker",
            "creation_type",
            "dashboard_item",
            "dashboard_id",
            "dashboard_name",
            "insight_short_id",
            "insight_name",
            "insight_derived_name",
            "created_by",
            "created_at",
            "updated_at",
            "deleted",
            "scope",
            "tags",
            "emoji",
            "hidden_in_user_interface",
        ]
        read_only_fields = ["created_at", "updated_at"]

    def validate_scope(self, value: str) -> str:
        if value == Annotation.Scope.RECORDING:
            raise RuleBroken("Recordings have no annotations. Choose another scope.")
        return value

    def validate_dashboard_item(self, value: int | None) -> int | None:
        if value is not None:
            raise RuleBroken("There is no such insight in this project.")
        return value

    def validate_dashboard_id(self, value: int | None) -> int | None:
        if value is not None:
            raise RuleBroken("There is no such dashboard in this project.")
        return value

    def validate_emoji(self, value: str | None) -> str | None:
        return value or None

    @property
    def sent_values(self) -> AnnotationChanges:
        """Return what was sent and is kept."""
        sent = {name: value for name, value in self.validated_data.items() if name not in _NOWHERE}
        return cast("AnnotationChanges", sent)
