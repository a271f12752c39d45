"""The history on the wire, and what may be asked of it."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from activity.models import ActivityLog
from tenants.models import Project
from users.serializers import UserBasicSerializer

_ANYTHING: dict[str, object] = {}
_SYSTEM = {"first_name": "System", "email": None, "is_system": True}
# Someone who has been deleted since: it was a person, nobody knows any more who.
_GONE = {"first_name": "", "email": None}


@extend_schema_field(_ANYTHING)
class AnyValueField(serializers.JSONField):
    """A value of a field, whatever it is."""


class ActivityChangeSerializer(serializers.Serializer[Any]):
    """What changed in one field."""

    type = serializers.CharField(help_text="The kind of thing that the field belongs to.")
    action = serializers.CharField(
        help_text="`created` when the field was empty before, `deleted` when it is now, else "
        "`changed`."
    )
    field = serializers.CharField()
    before = AnyValueField(allow_null=True)
    after = AnyValueField(allow_null=True)


class ActivityDetailSerializer(serializers.Serializer[Any]):
    """What happened to what."""

    name = serializers.CharField(help_text="What it was called; the key, for a flag.")
    short_id = serializers.CharField(allow_null=True)
    type = serializers.CharField(
        allow_null=True,
        help_text="`holdout` and `shared_metric` in the scope `Experiment`, else null.",
    )
    trigger = serializers.DictField(allow_null=True, help_text="Always null.")
    changes = ActivityChangeSerializer(
        many=True, allow_null=True, help_text="Null for what was made or is gone for good."
    )


class ActivityLogSerializer(serializers.ModelSerializer[ActivityLog]):
    """One thing that someone did."""

    user = UserBasicSerializer(read_only=True, allow_null=True)
    unread = serializers.SerializerMethodField(help_text="Always false.")
    team_id = serializers.IntegerField(
        source="project_id",
        read_only=True,
        allow_null=True,
        help_text="Null for what concerns the organization as a whole.",
    )
    organization_id = serializers.SerializerMethodField()
    client = serializers.CharField(
        read_only=True,
        allow_null=True,
        help_text="What the request named in its header `X-PostHog-Client`.",
    )
    detail = ActivityDetailSerializer(read_only=True)

    class Meta:
        model = ActivityLog
        fields = [
            "id",
            "user",
            "unread",
            "team_id",
            "organization_id",
            "was_impersonated",
            "is_system",
            "client",
            "activity",
            "item_id",
            "scope",
            "detail",
            "created_at",
        ]
        read_only_fields = fields

    def get_organization_id(self, entry: ActivityLog) -> UUID:
        if entry.organization_id:
            return entry.organization_id
        # An entry belongs to a project or to an organization; the database checks it.
        return cast("Project", entry.project).organization_id

    def get_unread(self, entry: ActivityLog) -> bool:
        return False


class ActivityEntryUserSerializer(serializers.Serializer[Any]):
    """Who did it."""

    first_name = serializers.CharField()
    email = serializers.EmailField(allow_null=True)
    is_system = serializers.BooleanField(required=False, help_text="Only there when true.")


class ActivityEntryDetailSerializer(ActivityDetailSerializer):
    """What happened to what."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        # The wire has the same members in another order here.
        return {name: fields[name] for name in ("changes", "trigger", "name", "short_id", "type")}


class ActivityEntrySerializer(serializers.ModelSerializer[ActivityLog]):
    """One thing that someone did, in the history of a resource."""

    user = serializers.SerializerMethodField()
    detail = ActivityEntryDetailSerializer(read_only=True)

    class Meta:
        model = ActivityLog
        fields = ["id", "user", "activity", "scope", "item_id", "detail", "created_at"]
        read_only_fields = fields

    @extend_schema_field(ActivityEntryUserSerializer)
    def get_user(self, entry: ActivityLog) -> Mapping[str, object]:
        if entry.user is None:
            return _SYSTEM if entry.is_system else _GONE
        return {"first_name": entry.user.first_name, "email": entry.user.email}


class ActivityPageSerializer(serializers.Serializer[Any]):
    """One page of the history of a resource."""

    results = ActivityEntrySerializer(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    total_count = serializers.IntegerField()


class ActivityFiltersSerializer(serializers.Serializer[Any]):
    """What a URL asks of the history."""

    user = serializers.UUIDField(required=False, help_text="The `uuid` of who did it.")
    scope = serializers.CharField(
        required=False, help_text="Such as `Experiment` or `FeatureFlag`."
    )
    scopes = serializers.CharField(required=False, help_text="One or more scopes, comma-separated.")
    item_id = serializers.CharField(required=False, help_text="The id of what it happened to.")

    def validate_scopes(self, value: str) -> list[str]:
        return [scope.strip() for scope in value.split(",")]
