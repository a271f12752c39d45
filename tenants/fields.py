"""Serializer fields that every resource of a project shares."""

from typing import Any

from django.db.models import Model
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from tenants.access import Access


@extend_schema_field({"type": "string"})
class UserAccessLevelField(serializers.Field[Any, Any, Any, Any]):
    """What the caller may do with the object: `none`, `viewer`, `editor` or `manager`."""

    def __init__(self, resource: str) -> None:
        super().__init__(
            source="*",
            read_only=True,
        )
        self._resource = resource

    def to_representation(self, value: Model) -> str | None:
        access: Access = self.context["access"]
        return access.level_of_object(self._resource, value)
