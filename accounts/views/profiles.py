"""The endpoints of users."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
)
from rest_framework.decorators import action
from rest_framework.mixins import (
    DestroyModelMixin,
    ListModelMixin,
    RetrieveModelMixin,
    UpdateModelMixin,
)
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from accounts import selectors, services
from accounts.serializers import UserSerializer
from api.authentication import BrowserSessionAuthentication, PersonalAPIKeyAuthentication
from api.permissions import APIScopePermission, RecentLoginPermission
from api.viewsets import ScopedViewSet
from core.exceptions import PermissionDenied
from users.models import User

ME = "@me"
# Whoever only changes or looks up one thing needs no organizations.
_SHOWING = ("list", "retrieve", "metadata")
_FILTERS = [
    OpenApiParameter("is_staff", bool, description="true for staff only, false for all others."),
    OpenApiParameter("email", str, description="The whole address."),
]


@extend_schema_view(list=extend_schema(parameters=_FILTERS))
class UserViewSet(
    ScopedViewSet, ListModelMixin, RetrieveModelMixin, UpdateModelMixin, DestroyModelMixin
):
    """The caller, as `@me`: who they are, where they are, what their clients remember for them.

    Users are made by invitations and by the operator. Staff may read others, by their UUID.
    """

    authentication_classes = [BrowserSessionAuthentication, PersonalAPIKeyAuthentication]
    permission_classes = [IsAuthenticated, APIScopePermission]
    document_tag = "profiles"
    scope_object = "user"
    session_actions = ("destroy",)
    reference_help = "`@me`; for staff also the UUID of a user, to read."
    lookup_field = "uuid"
    serializer_class = UserSerializer
    queryset = User.objects.none()

    def get_permissions(self) -> list[Any]:
        recent = [RecentLoginPermission()] if self.action == "destroy" else []
        return [*super().get_permissions(), *recent]

    def get_queryset(self) -> QuerySet[User]:
        if self.action not in _SHOWING:
            return selectors.own_row(user=self.actor)
        parameters = self.request.query_params if self.is_list else {}
        return selectors.list_users(reader=self.actor, parameters=parameters)

    def get_object(self) -> Any:
        reference = self.kwargs["uuid"]
        if reference == ME:
            self.kwargs["uuid"] = self.actor.uuid
        elif not self.actor.is_staff or self.action not in ("retrieve", "metadata"):
            raise PermissionDenied(f"Users may only access {ME}.")
        return super().get_object()

    def paginate_queryset(self, queryset: Any) -> Any:
        page = super().paginate_queryset(queryset)
        if page is not None:
            selectors.prefetch_places(users=page, reader=self.actor)
        return page

    def perform_update(self, serializer: BaseSerializer[Any]) -> None:
        changes = serializer.validated_data
        if "password" in changes:
            self._check_login()
        serializer.instance = services.update_profile(user_id=self.actor.pk, changes=changes)
        if "password" in changes:
            services.keep_session(request=self.request._request, user=serializer.instance)  # noqa: SLF001

    def _check_login(self) -> None:
        if self.request.auth is not None:
            raise PermissionDenied("A personal API key cannot set a password.")
        RecentLoginPermission().has_permission(self.request, self)

    def perform_destroy(self, instance: User) -> None:
        services.delete_user(user_id=instance.pk)

    @extend_schema(
        summary="Retrieve the hedgehog of the user",
        responses=OpenApiResponse(OpenApiTypes.OBJECT, "What is kept; `{}` when nothing is."),
    )
    @action(detail=True, required_scopes=["user:read"])
    def hedgehog_config(self, request: Request, **kwargs: object) -> Response:
        """Show the picture that stands for the user, as their client has kept it."""
        return Response(self.get_object().hedgehog_config or {})
