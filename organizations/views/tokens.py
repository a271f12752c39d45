"""Renewing the tokens of a project."""

from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from organizations import services
from organizations.permissions import check_grantable
from organizations.serializers import ProjectSerializer
from tenants.models import Project

if TYPE_CHECKING:
    from organizations.viewsets import ProjectResourceViewSet as _View
else:
    _View = object

_WRITE = ["project:write"]
# What the secret token of a project opens.
_OF_SECRET_TOKENS = ["feature_flag:read"]


class ProjectTokensMixin(_View):
    # No docstring: it would become the published description of the resource.

    # It shows the secret token, which no other answer does and nothing keeps.
    without_etag = ("rotate_secret_token",)

    @extend_schema(
        summary="Rotate the secret token of a project",
        request=None,
        responses=OpenApiResponse(ProjectSerializer, "The project, with the new secret token."),
    )
    @action(detail=True, methods=["patch"], required_scopes=_WRITE)
    def rotate_secret_token(self, request: Request, **kwargs: object) -> Response:
        """Make a new secret token, which is never shown again; the one before it stays valid.

        A key must have what the token is for: `feature_flag:read`.
        """
        # Wire quirk: secret-tokens-need-their-scope, see docs/quirks.md.
        check_grantable(request.auth, scopes=_OF_SECRET_TOKENS)
        return self._shown(services.rotate_secret_token(**self._change))

    @extend_schema(
        summary="Delete the former secret token of a project",
        request=None,
        responses=OpenApiResponse(ProjectSerializer, "The project."),
    )
    @action(detail=True, methods=["patch"], required_scopes=_WRITE)
    def delete_secret_token_backup(self, request: Request, **kwargs: object) -> Response:
        """Make the secret token before the present one invalid."""
        return self._shown(services.delete_secret_token_backup(**self._change))

    @extend_schema(
        summary="Renew the public token of a project",
        request=None,
        responses=OpenApiResponse(ProjectSerializer, "The project, with the new token."),
    )
    @action(detail=True, methods=["patch"], required_scopes=_WRITE)
    def reset_token(self, request: Request, **kwargs: object) -> Response:
        """Make a new public token; SDKs that have the one before it are refused from now on."""
        return self._shown(services.reset_token(**self._change))

    @property
    def _change(self) -> dict[str, Any]:
        return {"project_id": self.get_object().pk, "actor": self.actor, "now": self.now}

    def _shown(self, project: Project) -> Response:
        return Response(self.get_serializer(project).data)
