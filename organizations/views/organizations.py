"""The endpoints of organizations and of projects."""

import json
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import SimpleLazyObject, cached_property
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
)
from rest_framework.decorators import action
from rest_framework.mixins import (
    CreateModelMixin,
    DestroyModelMixin,
    ListModelMixin,
    RetrieveModelMixin,
    UpdateModelMixin,
)
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.status import HTTP_201_CREATED
from rest_framework.viewsets import ModelViewSet

from api.models import IdempotencyKey
from api.permissions import (
    APIScopePermission,
    OrganizationMembershipPermission,
    RecentLoginPermission,
)
from api.viewsets import OrganizationScopedViewSet
from organizations import services
from organizations.models import OrganizationInvite
from organizations.permissions import (
    MemberWritePermission,
    OwnOrganizationPermission,
    OwnProjectPermission,
)
from organizations.selectors import list_invites, list_members
from organizations.serializers import (
    InviteSerializer,
    MemberSerializer,
)
from organizations.views.tokens import ProjectTokensMixin
from organizations.viewsets import ContainerViewSet, ProjectResourceViewSet
from tenants import selectors
from tenants.models import Membership, Organization, Project
from tenants.serializers import OrganizationSerializer

_ORDER = OpenApiParameter(
    "order", str, enum=["-joined_at", "joined_at"], description="The latest first by default."
)
_SEARCH = OpenApiParameter("search", str, description="A part of the name.")


class OrganizationViewSet(ContainerViewSet, ModelViewSet[Any]):
    """Organizations own projects, and the people who work in them are their members.

    Whoever creates one owns it; it comes with a first project. Admins may change it. Owners may
    delete it for good, once no project of it has feature flags or experiments any more.
    """

    scope_object = "organization"
    reference_help = "The UUID of the organization, or `@current` for the one the caller uses now."
    permission_classes = [
        IsAuthenticated,
        APIScopePermission,
        OwnOrganizationPermission,
        RecentLoginPermission,
    ]
    serializer_class = OrganizationSerializer
    queryset = Organization.objects.none()

    @cached_property
    def organization(self) -> Any:
        """Return the organization that the URL names, None if it names none."""
        if not self.detail:
            return None
        return selectors.get_own_organization(
            reference=self.kwargs["pk"], user=self.actor, organization_ids=self.organization_ids
        )

    @cached_property
    def membership(self) -> Membership | None:
        return selectors.find_membership(user=self.actor, organization=self.organization)

    def get_queryset(self) -> QuerySet[Organization]:
        return selectors.list_organizations(user=self.actor, organization_ids=self.organization_ids)

    def get_object(self) -> Any:
        self.kwargs["pk"] = self.organization.pk
        return super().get_object()

    def get_serializer_context(self) -> dict[str, object]:
        context = super().get_serializer_context()
        # Read when it is shown: whoever creates an organization has no level in it before.
        levels = SimpleLazyObject(lambda: selectors.levels_of(user=self.actor))
        return context | {"levels": levels}

    def check_replay(self, answer: IdempotencyKey) -> None:
        super().check_replay(answer)
        if answer.status == HTTP_201_CREATED:
            made = json.loads(answer.body)["id"]
            selectors.get_own_organization(
                reference=made, user=self.actor, organization_ids=self.organization_ids
            )

    def perform_create(self, serializer: BaseSerializer[Any]) -> None:
        serializer.instance = services.create_organization(
            values=serializer.validated_data, actor=self.actor, now=self.now
        )

    def perform_update(self, serializer: Any) -> None:
        serializer.instance = services.update_organization(
            organization_id=serializer.instance.pk,
            changes=serializer.validated_data,
            actor=self.actor,
            now=self.now,
        )

    def perform_destroy(self, instance: Organization) -> None:
        services.delete_organization(organization_id=instance.pk, now=self.now)


@extend_schema_view(list=extend_schema(summary="List all my projects", parameters=[_SEARCH]))
class AllProjectsViewSet(
    ProjectTokensMixin, ProjectResourceViewSet, ListModelMixin, RetrieveModelMixin, UpdateModelMixin
):
    """Projects hold experiments, flags and all that belongs to them, apart from other projects.

    These are the projects of all organizations that the caller belongs to. Admins of the
    organization may change the settings; new projects are made below their organization.
    """

    permission_classes = [IsAuthenticated, APIScopePermission, OwnProjectPermission]


@extend_schema_view(list=extend_schema(parameters=[_SEARCH]))
class ProjectViewSet(ProjectResourceViewSet, OrganizationScopedViewSet, ModelViewSet[Any]):
    """The projects of an organization.

    Every member of the organization may read them, its admins may change them. A project can be
    deleted for good once its feature flags and experiments are; its history goes with it.
    """

    scope_object = "project"
    permission_classes = [
        IsAuthenticated,
        APIScopePermission,
        OrganizationMembershipPermission,
        OwnProjectPermission,
    ]
    membership = OrganizationScopedViewSet.membership

    @cached_property
    def project(self) -> Project | None:
        """Return the project that the URL names, if it names one and the caller may know."""
        return super().project if self.membership else None

    def get_queryset(self) -> QuerySet[Project]:
        return super().get_queryset().filter(organization=self.organization)

    def perform_create(self, serializer: BaseSerializer[Any]) -> None:
        serializer.instance = services.create_project(
            organization=self.organization,
            values=serializer.validated_data,
            actor=self.actor,
            now=self.now,
        )

    def perform_destroy(self, instance: Project) -> None:
        services.delete_project(project_id=instance.pk, actor=self.actor, now=self.now)


@extend_schema_view(list=extend_schema(parameters=[_ORDER]))
class MemberViewSet(
    OrganizationScopedViewSet,
    ListModelMixin,
    RetrieveModelMixin,
    UpdateModelMixin,
    DestroyModelMixin,
):
    """The members of an organization.

    Admins may change and remove members, up to their own level; everyone may leave, as `@me`. An
    organization always keeps an owner.
    """

    scope_object = "organization_member"
    reference_help = "The `uuid` of the user, or `@me`."
    permission_classes = [
        IsAuthenticated,
        APIScopePermission,
        OrganizationMembershipPermission,
        MemberWritePermission,
        RecentLoginPermission,
    ]
    lookup_field = "user__uuid"
    serializer_class = MemberSerializer
    queryset = Membership.objects.none()

    @property
    def is_about_the_caller(self) -> bool:
        """Tell whether the URL names the caller."""
        return self.kwargs["user__uuid"] in ("@me", str(self.actor.uuid))

    def get_queryset(self) -> QuerySet[Membership]:
        order = self.request.query_params.get("order") if self.is_list else None
        return list_members(organization=self.organization, oldest_first=order == "joined_at")

    def get_object(self) -> Any:
        if self.is_about_the_caller:
            self.kwargs["user__uuid"] = self.actor.uuid
        return super().get_object()

    def perform_update(self, serializer: Any) -> None:
        serializer.instance = services.change_member(
            organization=self.organization,
            membership_id=serializer.instance.pk,
            level=serializer.validated_data.get("level", serializer.instance.level),
            actor=self.actor,
            now=self.now,
        )

    def perform_destroy(self, instance: Membership) -> None:
        services.remove_member(
            organization=self.organization,
            membership_id=instance.pk,
            actor=self.actor,
            now=self.now,
        )


class InviteViewSet(
    OrganizationScopedViewSet,
    CreateModelMixin,
    ListModelMixin,
    RetrieveModelMixin,
    DestroyModelMixin,
):
    """Invitations of people, by their e-mail address, into an organization.

    They can be accepted for three days. Inviting an address again replaces its invitation.
    """

    scope_object = "organization_member"
    permission_classes = [IsAuthenticated, APIScopePermission, OrganizationMembershipPermission]
    serializer_class = InviteSerializer
    # It shows the token, which no other answer does and nothing keeps.
    without_etag = ("create",)
    without_replay = ("create",)
    queryset = OrganizationInvite.objects.none()

    def get_queryset(self) -> QuerySet[OrganizationInvite]:
        return list_invites(organization=self.organization)

    def perform_create(self, serializer: BaseSerializer[Any]) -> None:
        values: Any = dict(serializer.validated_data)
        serializer.instance = services.create_invite(
            organization=self.organization,
            is_sent=values.pop("send_email"),
            values=values,
            actor=self.actor,
            now=self.now,
        )

    def perform_destroy(self, instance: OrganizationInvite) -> None:
        services.delete_invite(
            organization=self.organization, invite_id=instance.pk, actor=self.actor, now=self.now
        )

    @extend_schema(
        summary="Accept an invitation",
        request=None,
        responses={200: OpenApiResponse(MemberSerializer, "The caller is a member now.")},
    )
    @action(
        detail=True,
        methods=["post"],
        required_scopes=["organization_member:write"],
        permission_classes=[IsAuthenticated, APIScopePermission],
    )
    def accept(self, request: Request, **kwargs: object) -> Response:
        """Become a member, as the one whose e-mail address was invited."""
        member = services.accept_invite(
            organization=self.organization,
            invite_id=self.get_object().pk,
            user=self.actor,
            now=self.now,
        )
        return Response(MemberSerializer(member, context=self.get_serializer_context()).data)
