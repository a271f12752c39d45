"""The endpoints of a project's secret API keys."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ModelViewSet

from api.permissions import (
    APIScopePermission,
    ProjectMembershipPermission,
    RecentLoginPermission,
)
from api.viewsets import ProjectScopedViewSet
from core.exceptions import NotFound
from organizations import services
from organizations.permissions import ProjectAdminPermission, check_grantable
from organizations.serializers import ProjectSecretAPIKeySerializer
from tenants.models import ProjectSecretAPIKey
from tenants.selectors import list_secret_keys


class ProjectSecretAPIKeyViewSet(ProjectScopedViewSet, ModelViewSet[Any]):
    """Secret API keys of a project, fifty at most, for programs that outlive who set them up.

    Such a key begins with `phs_`, goes into the header `Authorization: Bearer`, and works in its
    own project only: it lists and reads experiments, and reads remote configurations and
    definitions of feature flags. Admins of the project manage them; a session needs a login
    within the last two hours for changes, and a personal API key gives only scopes that it has.
    """

    scope_object = "project"
    permission_classes = [
        IsAuthenticated,
        APIScopePermission,
        ProjectMembershipPermission,
        RecentLoginPermission,
        ProjectAdminPermission,
    ]
    has_integer_ids = False
    has_object_rules = False
    serializer_class = ProjectSecretAPIKeySerializer
    queryset = ProjectSecretAPIKey.objects.none()
    # They show the value, which no other answer does and nothing keeps.
    without_etag = ("create", "roll")
    without_replay = ("create", "roll")

    def get_queryset(self) -> QuerySet[ProjectSecretAPIKey]:
        return list_secret_keys(project=self.project)

    def find_object(self) -> Any:
        # What no id looks like, PostgreSQL may not even compare.
        if not self.kwargs["pk"].isalnum():
            raise NotFound
        return super().find_object()

    def perform_create(self, serializer: Any) -> None:
        check_grantable(self.request.auth, scopes=serializer.validated_data["scopes"])
        serializer.instance = services.create_secret_key(
            project=self.project, values=serializer.validated_data, actor=self.actor, now=self.now
        )

    def perform_update(self, serializer: Any) -> None:
        changes = serializer.validated_data
        check_grantable(self.request.auth, scopes=changes.get("scopes", ()))
        serializer.instance = services.update_secret_key(
            **self._one(serializer.instance), changes=changes
        )

    def perform_destroy(self, instance: ProjectSecretAPIKey) -> None:
        services.delete_secret_key(**self._one(instance))

    @extend_schema(summary="Roll a secret API key of a project", request=None)
    @action(detail=True, methods=["post"], required_scopes=["project:write"])
    def roll(self, request: Request, **kwargs: object) -> Response:
        """Replace the value of the key; the old one is refused from then on."""
        key = self.get_object()
        check_grantable(request.auth, scopes=key.scopes)
        return Response(self.get_serializer(services.roll_secret_key(**self._one(key))).data)

    def _one(self, key: ProjectSecretAPIKey) -> dict[str, Any]:
        return {
            "project_id": self.project.pk,
            "key_id": key.pk,
            "actor": self.actor,
            "now": self.now,
        }
