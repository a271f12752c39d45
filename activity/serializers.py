"""The history on the wire, and what may be asked of it."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from activity.models import ActivityLog
from users.models import User
from users.serializers import UserBasicSerializer

_ANYTHING: dict[str, object] = {}
SYSTEM = {"first_name": "System", "email": None, "is_system": True}
# Someone who has been deleted since: it was a person, nobody knows any more who.
_GONE = {"first_name": "", "email": None}


@extend_schema_field(_ANYTHING)
class AnyValueField(serializers.JSONField):
    """A value of a field, whatever it is."""


class ChangeSerializer(serializers.Serializer):
    """What changed in one field."""

    type = serializers.CharField(help_text="The kind of thing that the field belongs to.")
    action = serializers.CharField(
        help_text="`created` when the field was empty before, `deleted` when it is now, else "
        "`changed`."
    )
    field = serializers.CharField()
    before = AnyValueField(allow_null=True)
    after = AnyValueField(allow_null=True)


class DetailSerializer(serializers.Serializer):
    """What happened to what."""

    name = serializers.CharField(help_text="What it was called; the key, for a flag.")
    short_id = serializers.CharField(allow_null=True)
    type = serializers.CharField(
        allow_null=True,
        help_text="`holdout` and `shared_metric` in the scope `Experiment`, else null.",
    )
    trigger = serializers.CharField(allow_null=True, help_text="Always null.")
    changes = ChangeSerializer(
        many=True, allow_null=True, help_text="Null for what was made or is gone for good."
    )


class ActivityLogSerializer(serializers.ModelSerializer):
    """One thing that someone did."""

    user = UserBasicSerializer(read_only=True, allow_null=True)
    unread = serializers.SerializerMethodField(help_text="Always false.")
    team_id = serializers.IntegerField(source="project_id", read_only=True)
    organization_id = serializers.UUIDField(source="project.organization_id", read_only=True)
    client = serializers.CharField(
        read_only=True,
        allow_null=True,
        help_text="What the request named in its header `X-PostHog-Client`.",
    )
    detail = DetailSerializer(read_only=True)

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

    def get_unread(self, entry: ActivityLog) -> bool:
        return False


class EntryUserSerializer(serializers.ModelSerializer):
    """Who did it."""

    email = serializers.EmailField(allow_null=True)
    is_system = serializers.BooleanField(required=False, help_text="Only there when true.")

    class Meta:
        model = User
        fields = ["first_name", "email"]
        read_only_fields = fields


class EntryDetailSerializer(DetailSerializer):
    """What happened to what."""
