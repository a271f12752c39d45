"""Access rules on the wire."""

from typing import Any

from django.db.models import Model, QuerySet
from rest_framework import serializers

from core.exceptions import RuleBroken
from core.http.fields import ConstantField
from tenants.models import AccessControl, Membership, Role
from tenants.services import Holder
from tenants.validation import check_kind, check_level, check_place


class MemberField(serializers.SlugRelatedField[Any]):
    """The UUID of someone's place in the organization."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="uuid", **kwargs)

    def get_queryset(self) -> QuerySet[Membership]:
        return Membership.objects.filter(organization=self.context["project"].organization_id)

    def to_internal_value(self, data: Any) -> Membership:
        uuid = serializers.UUIDField().to_internal_value(data)
        membership: Membership = super().to_internal_value(uuid)
        return membership


class RoleField(serializers.PrimaryKeyRelatedField[Any]):
    """The UUID of a role of the organization."""

    def get_queryset(self) -> QuerySet[Role]:
        return Role.objects.filter(organization=self.context["project"].organization_id)


class AccessControlSerializer(serializers.ModelSerializer[AccessControl]):
    """An access rule: the level of a member, of a role, or with neither of them of everybody."""

    organization_member = serializers.UUIDField(
        source="organization_member.uuid", read_only=True, allow_null=True, default=None
    )
    # Wire quirk: roles-hide-their-maker, see docs/quirks.md.
    created_by = ConstantField(None)

    class Meta:
        model = AccessControl
        fields = [
            "access_level",
            "resource",
            "resource_id",
            "organization_member",
            "role",
            "created_by",
            "created_at",
            "updated_at",
        ]
        read_only_fields = fields


class AccessOverviewSerializer(serializers.Serializer[Any]):
    """The access rules of one place, and what the caller may do with it and with them."""

    access_controls = AccessControlSerializer(many=True, read_only=True)
    available_access_levels = serializers.ListField(child=serializers.CharField(), read_only=True)
    default_access_level = serializers.CharField(
        read_only=True, help_text="What everybody has where no rule says otherwise."
    )
    minimum_access_level = serializers.CharField(read_only=True)
    maximum_access_level = serializers.CharField(read_only=True)
    user_access_level = serializers.CharField(read_only=True)
    user_can_edit_access_levels = serializers.BooleanField(read_only=True)

    def to_representation(self, instance: Model) -> dict[str, object]:
        return super().to_representation(self.context["view"].overview_of(instance))


class AccessChangeSerializer(serializers.Serializer[Any]):
    """A level for a member, for a role, or with neither of them for everybody."""

    access_level = serializers.CharField(
        allow_null=True, help_text="One of the `available_access_levels`; null removes the rule."
    )
    resource = serializers.CharField(
        required=False,
        help_text="`experiment`, `feature_flag` or `activity_log` in rules about all things of a "
        "kind; elsewhere the address says it.",
    )
    resource_id = serializers.CharField(
        required=False, allow_null=True, help_text="The address says it."
    )
    organization_member = MemberField(
        queryset=Membership.objects.none(), required=False, allow_null=True
    )
    role = RoleField(
        queryset=Role.objects.none(),
        required=False,
        allow_null=True,
        pk_field=serializers.UUIDField(),
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        target = self.context["target"]
        if target is None:
            check_kind(attrs.get("resource"), attrs.get("resource_id"))
        else:
            check_place(attrs, resource=target.resource, resource_id=target.resource_id)
        check_level(
            attrs["access_level"], resource=target.resource if target else attrs["resource"]
        )
        if attrs.get("organization_member") and attrs.get("role"):
            raise RuleBroken("A rule is for a member or for a role. Send two.", attr="role")
        return attrs

    @property
    def holder(self) -> Holder:
        """Return whom the rule is for."""
        sent = self.validated_data
        return Holder(member=sent.get("organization_member"), role=sent.get("role"))
