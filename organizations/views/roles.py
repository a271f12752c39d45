"""The endpoints of roles."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.mixins import (
    CreateModelMixin,
    DestroyModelMixin,
    ListModelMixin,
    RetrieveModelMixin,
)
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import ModelViewSet

from api.viewsets import OrganizationScopedViewSet
from organizations.serializers import RoleMembershipSerializer, RoleSerializer
from tenants import selectors, services
from tenants.models import Role, RoleMembership


class RoleViewSet(OrganizationScopedViewSet, ModelViewSet[Any]):
    """Roles are named groups of an organization's members; approval policies refer to them.

    Every member of the organization may read them, its admins may change them.
    """

    document_tag = "roles"
    scope_object = "organization"
    serializer_class = RoleSerializer
    queryset = Role.objects.none()

    def get_queryset(self) -> QuerySet[Role]:
        return selectors.list_roles(organization=self.organization)

    def perform_create(self, serializer: BaseSerializer[Any]) -> None:
        serializer.instance = services.create_role(
            organization=self.organization,
            values=serializer.validated_data,
            actor=self.actor,
            now=self.now,
        )

    def perform_update(self, serializer: Any) -> None:
        serializer.instance = services.update_role(
            organization=self.organization,
            role_id=serializer.instance.pk,
            changes=serializer.validated_data,
            now=self.now,
        )

    def perform_destroy(self, instance: Role) -> None:
        services.delete_role(organization=self.organization, role_id=instance.pk)


@extend_schema_view(
    list=extend_schema(summary="List the members of a role"),
    retrieve=extend_schema(summary="Retrieve a member of a role"),
    create=extend_schema(summary="Add a member to a role"),
    destroy=extend_schema(summary="Remove a member from a role"),
)
class RoleMembershipViewSet(
    OrganizationScopedViewSet,
    CreateModelMixin,
    ListModelMixin,
    RetrieveModelMixin,
    DestroyModelMixin,
):
    """The members of a role.

    Every member of the organization may read them, its admins may add and remove them. Whoever
    leaves the organization is in none of its roles any more.
    """

    document_tag = "roles"
    scope_object = "organization"
    serializer_class = RoleMembershipSerializer
    queryset = RoleMembership.objects.none()

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        super().initial(request, *args, **kwargs)
        # Here, so that an unknown role is told before anything about the body.
        self.role = selectors.get_role(
            organization=self.organization, role_id=self.kwargs["role_id"]
        )

    def get_queryset(self) -> QuerySet[RoleMembership]:
        return selectors.list_memberships(role=self.role)

    def perform_create(self, serializer: BaseSerializer[Any]) -> None:
        serializer.instance = services.add_to_role(
            organization=self.organization,
            role_id=self.role.pk,
            user_uuid=serializer.validated_data["user"]["uuid"],
            now=self.now,
        )

    def perform_destroy(self, instance: RoleMembership) -> None:
        services.remove_from_role(
            organization=self.organization, role_id=self.role.pk, membership_id=instance.pk
        )
