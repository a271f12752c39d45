"""People on the wire."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.http.fields import ListField
from events.models import EventDefinition, Person, PropertyDefinition

_NAMES = ("email", "name", "username")


class _Constant(serializers.Field[Any, Any, Any, Any]):
    """What is the same for all: there are no such things here."""

    def __init__(self, value: object) -> None:
        super().__init__(read_only=True, source="*")
        self._value = value

    def to_representation(self, value: Any) -> Any:
        return self._value


@extend_schema_field(bool)
class _Never(_Constant):
    def __init__(self) -> None:
        super().__init__(False)


@extend_schema_field({"type": ["string", "null"]})
class _Nothing(_Constant):
    def __init__(self) -> None:
        super().__init__(None)


class PersonSerializer(serializers.ModelSerializer[Person]):
    """A person: all their distinct ids, and the properties that events have set."""

    id = serializers.UUIDField(source="uuid", read_only=True)
    name = serializers.SerializerMethodField(help_text="An e-mail, a name or a distinct id.")
    distinct_ids = serializers.ListField(child=serializers.CharField(), read_only=True)
    properties = serializers.DictField(read_only=True)

    class Meta:
        model = Person
        fields = ["id", "name", "distinct_ids", "properties", "created_at", "uuid"]
        read_only_fields = fields

    @extend_schema_field(str)
    def get_name(self, person: Person) -> str:
        for name in _NAMES:
            value = person.properties.get(name)
            if isinstance(value, str) and value:
                return value
        return person.distinct_id or str(person.uuid)


class GroupTypeMappingSerializer(serializers.Serializer[Any]):
    """Something that people can be grouped by."""

    group_type = serializers.CharField()
    group_type_index = serializers.IntegerField()
    name_singular = serializers.CharField(allow_null=True, default=None)
    name_plural = serializers.CharField(allow_null=True, default=None)


class EventDefinitionSerializer(serializers.ModelSerializer[EventDefinition]):
    """A name of events, and what people say about it."""

    name = serializers.CharField(max_length=200, help_text="It stays as it was created.")
    tags = ListField(child=serializers.CharField(max_length=255), required=False)
    description = serializers.CharField(required=False, allow_blank=True, max_length=4000)
    primary_property = serializers.CharField(required=False, allow_null=True, max_length=400)
    is_action = _Never()
    action_id = _Nothing()
    is_calculating = _Never()
    last_calculated_at = _Nothing()
    created_by = _Nothing()
    post_to_slack = _Never()

    class Meta:
        model = EventDefinition
        fields = [
            "id",
            "name",
            "created_at",
            "last_seen_at",
            "last_updated_at",
            "tags",
            "description",
            "verified",
            "hidden",
            "enforcement_mode",
            "primary_property",
            "is_action",
            "action_id",
            "is_calculating",
            "last_calculated_at",
            "created_by",
            "post_to_slack",
        ]
        read_only_fields = ["id", "created_at", "last_seen_at", "last_updated_at"]

    def validate_name(self, name: str) -> str:
        if self.instance is not None and name != self.instance.name:
            raise serializers.ValidationError("It cannot change: events have this name.")
        return name

    def validate_enforcement_mode(self, mode: str) -> str:
        # Wire quirk: events-are-not-rejected, see docs/quirks.md.
        allowed: set[str] = {EventDefinition.Enforcement.ALLOW}
        if self.instance is not None:
            allowed.add(self.instance.enforcement_mode)
        if mode not in allowed:
            raise serializers.ValidationError("It can only be allow: no event is rejected here.")
        return mode


class PropertyDefinitionSerializer(serializers.ModelSerializer[PropertyDefinition]):
    """A name of properties."""

    property_type = serializers.SerializerMethodField()
    is_numerical = serializers.SerializerMethodField()
    tags = serializers.SerializerMethodField()
    is_seen_on_filtered_events = serializers.BooleanField(
        source="is_seen",
        read_only=True,
        allow_null=True,
        help_text="Whether it was seen with one of `event_names`; null when none are asked for.",
    )

    class Meta:
        model = PropertyDefinition
        fields = [
            "id",
            "name",
            "is_numerical",
            "property_type",
            "tags",
            "is_seen_on_filtered_events",
        ]
        read_only_fields = fields

    @extend_schema_field({"type": ["string", "null"]})
    def get_property_type(self, definition: PropertyDefinition) -> str | None:
        return definition.property_type or None

    def get_is_numerical(self, definition: PropertyDefinition) -> bool:
        return definition.property_type == "Numeric"

    @extend_schema_field({"type": "array", "items": {"type": "string"}})
    def get_tags(self, definition: PropertyDefinition) -> list[str]:
        return []
