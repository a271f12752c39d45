"""Secret API keys of projects on the wire."""

from rest_framework import serializers

from core.http.fields import LineField, ListField
from tenants.models import ProjectSecretAPIKey
from users.serializers import UserBasicSerializer


class ProjectSecretAPIKeySerializer(serializers.ModelSerializer[ProjectSecretAPIKey]):
    """A key that speaks for a project."""

    value = serializers.CharField(
        read_only=True,
        allow_null=True,
        help_text="The key itself, in the answers to its creation and to `roll`; null in others.",
    )
    label = LineField(  # type: ignore[assignment]  # of the field itself
        max_length=40, help_text="Once in the project."
    )
    scopes = ListField(
        child=serializers.CharField(max_length=100),
        help_text="`experiment:read`, `feature_flag:read`, or both.",
    )
    created_by = UserBasicSerializer(read_only=True, allow_null=True)

    class Meta:
        model = ProjectSecretAPIKey
        fields = [
            "id",
            "label",
            "value",
            "mask_value",
            "created_at",
            "created_by",
            "last_used_at",
            "last_rolled_at",
            "scopes",
        ]
        read_only_fields = ["mask_value", "created_at", "last_used_at", "last_rolled_at"]
        # Which labels are taken is known only under the project's lock.
        validators: list[object] = []
