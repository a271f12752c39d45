"""Keys and logins on the wire."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from accounts.login_codes import MAX_LENGTH
from core.http.fields import LineField, ListField
from users.models import PersonalAPIKey
from users.scopes import first_unknown


class LoginSerializer(serializers.Serializer[Any]):
    """Who wants to log in."""

    email = serializers.EmailField(max_length=254, write_only=True)
    password = serializers.CharField(
        max_length=4096, trim_whitespace=False, write_only=True, style={"input_type": "password"}
    )


class LoginCodeSerializer(serializers.Serializer[Any]):
    """Who wants to log in, by a code in place of a password."""

    code = serializers.CharField(
        max_length=MAX_LENGTH, write_only=True, help_text="As `login_code` prints it, for one use."
    )


class LoginOutcomeSerializer(serializers.Serializer[Any]):
    """It is done."""

    success = serializers.BooleanField(help_text="Always true.")


class PersonalAPIKeySerializer(serializers.ModelSerializer[PersonalAPIKey]):
    """A key that speaks for its user."""

    value = serializers.CharField(
        read_only=True,
        allow_null=True,
        help_text="The key itself, in the answers to its creation and to `roll`; null in others.",
    )
    label = LineField(max_length=40)  # type: ignore[assignment]  # of the field itself
    scopes = ListField(
        child=serializers.CharField(max_length=100),
        help_text="`*` for everything, else such as `experiment:read`; writing implies reading.",
    )
    scoped_teams = ListField(
        child=serializers.IntegerField(),
        allow_null=True,
        help_text="The ids of the projects it works in; empty for all.",
    )
    scoped_organizations = ListField(
        child=serializers.CharField(max_length=100),
        allow_null=True,
        help_text="The UUIDs of the organizations it works in; empty for all.",
    )

    class Meta:
        model = PersonalAPIKey
        fields = [
            "id",
            "label",
            "value",
            "mask_value",
            "created_at",
            "last_used_at",
            "user_id",
            "scopes",
            "scoped_teams",
            "scoped_organizations",
            "last_rolled_at",
        ]
        read_only_fields = ["mask_value", "created_at", "last_used_at", "last_rolled_at"]

    def validate_scopes(self, scopes: list[str]) -> list[str]:
        if not scopes:
            raise serializers.ValidationError(
                "A key without scopes could do nothing. Name one, or * for everything.",
                code="invalid",
            )
        unknown = first_unknown(scopes)
        if unknown is not None:
            raise serializers.ValidationError(
                f"Unknown scope '{unknown}'. Use <object>:read, <object>:write, or *.",
                code="invalid",
            )
        return scopes

    def validate_scoped_teams(self, projects: list[int] | None) -> list[int]:
        return projects or []

    def validate_scoped_organizations(self, organizations: list[str] | None) -> list[str]:
        try:
            return [str(UUID(organization)) for organization in organizations or []]
        except ValueError:
            raise serializers.ValidationError(
                "Organizations are named by their UUIDs.", code="invalid"
            ) from None
