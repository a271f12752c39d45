"""Roles and who is in them, on the wire."""

from rest_framework import serializers

from core.http.fields import ConstantField
from tenants.models import Role, RoleMembership
from users.serializers import UserBasicSerializer


class RoleMembershipSerializer(serializers.ModelSerializer[RoleMembership]):
    """Someone's place in a role."""

    role_id = serializers.UUIDField(read_only=True)
    user = UserBasicSerializer(read_only=True)
    user_uuid = serializers.UUIDField(
        source="user.uuid", help_text="The `uuid` of a member of the organization."
    )

    class Meta:
        model = RoleMembership
        fields = ["id", "role_id", "user", "user_uuid", "joined_at", "updated_at"]
        read_only_fields = ["joined_at", "updated_at"]


class RoleSerializer(serializers.ModelSerializer[Role]):
    """A named group of members of the organization."""

    name = serializers.CharField(
        max_length=200, help_text="Once in the organization, in whatever case."
    )
    # Wire quirk: roles-hide-their-maker, see docs/quirks.md.
    created_by = ConstantField(None)
    is_default = ConstantField(False, help_text="Whether new members get it: none does.")
    members = RoleMembershipSerializer(source="memberships", many=True, read_only=True)

    class Meta:
        model = Role
        fields = ["id", "name", "created_at", "created_by", "is_default", "members"]
        read_only_fields = ["created_at"]
