"""Invitations on the wire, for whoever has the link of one."""

from typing import Any

from rest_framework import serializers

from organizations.models import OrganizationInvite


class OpenInviteSerializer(serializers.ModelSerializer[OrganizationInvite]):
    """What an invitation is to."""

    organization_id = serializers.UUIDField(source="organization.id", read_only=True)
    organization_name = serializers.CharField(source="organization.name", read_only=True)

    class Meta:
        model = OrganizationInvite
        fields = ["id", "target_email", "first_name", "organization_id", "organization_name"]
        read_only_fields = fields


class SignupSerializer(serializers.Serializer[Any]):
    """Who the invited person is."""

    first_name = serializers.CharField(max_length=150, required=False, default="", allow_blank=True)
    password = serializers.CharField(
        max_length=4096, trim_whitespace=False, write_only=True, style={"input_type": "password"}
    )
