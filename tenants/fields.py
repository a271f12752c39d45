"""Parts of shapes that every resource of a project shares."""

from django.db.models import Model
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


@extend_schema_field({"type": "string"})
class UserAccessLevelField(serializers.Field):
    """What the caller may do with the object: `none`, `viewer`, `editor` or `manager`."""

    def __init__(self, resource: str) -> None:
        super().__init__(
            source="*",
            read_only=True,
        )
        self._resource = resource

    def to_representation(self, value: Model) -> str | None:
        return self.context["access"].level_of_object(self._resource, value)
