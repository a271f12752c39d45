"""How a user is shown inside what they made."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.http.representation import Representation
from core.http.serializers import ModelSerializer
from users.models import User

_HEDGEHOG_MEMBERS = ("use_as_profile", "color", "accessories", "skin")


class UserBasicSerializer(ModelSerializer[User]):
    """The person who made something."""

    hedgehog_config = serializers.SerializerMethodField()

    def represent(self, row: User) -> Representation:
        return represent_user(row)

    class Meta:
        model = User
        fields = [
            "id",
            "uuid",
            "distinct_id",
            "first_name",
            "last_name",
            "email",
            "is_email_verified",
            "hedgehog_config",
            "role_at_organization",
        ]
        read_only_fields = fields

    @extend_schema_field({"type": ["object", "null"], "additionalProperties": {}})
    def get_hedgehog_config(self, user: User) -> dict[str, object] | None:
        return _shown_hedgehog(user.hedgehog_config)


def represent_user(user: User) -> Representation:
    """Return a user as `UserBasicSerializer` defines it."""
    return {
        "id": user.pk,
        "uuid": str(user.uuid),
        "distinct_id": user.distinct_id,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "email": user.email,
        "is_email_verified": user.is_email_verified,
        "hedgehog_config": _shown_hedgehog(user.hedgehog_config),
        "role_at_organization": user.role_at_organization,
    }


def represent_creator(user: User | None) -> Representation | None:
    """Return who made something, or None when nobody knows any more."""
    return None if user is None else represent_user(user)


def _shown_hedgehog(stored: object) -> dict[str, object] | None:
    if not stored or not isinstance(stored, dict):
        return None
    options = stored.get("actor_options") if stored.get("version") == 2 else stored
    if not isinstance(options, dict):
        options = {}
    shown = {member: options.get(member) for member in _HEDGEHOG_MEMBERS}
    return shown | {"use_as_profile": stored.get("use_as_profile")}
