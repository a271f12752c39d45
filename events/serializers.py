"""People on the wire."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from events.models import Person

_NAMES = ("email", "name", "username")


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
        return person.distinct_id


class GroupTypeMappingSerializer(serializers.Serializer[Any]):
    """Something that people can be grouped by."""

    group_type = serializers.CharField()
    group_type_index = serializers.IntegerField()
    name_singular = serializers.CharField(allow_null=True, default=None)
    name_plural = serializers.CharField(allow_null=True, default=None)
