"""What the endpoints of access rules share."""

from django.db.models import Model
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_204_NO_CONTENT

from api.access_rules.permissions import RulePermission
from api.access_rules.serializers import (
    AccessChangeSerializer,
    AccessControlSerializer,
    AccessOverviewSerializer,
)
from api.permissions import APIScopePermission, ProjectMembershipPermission
from api.viewsets import ProjectScopedViewSet
from tenants import selectors, services
from tenants.models import AccessControl
from tenants.selectors import Overview, Target

_documented = extend_schema_view(
    retrieve=extend_schema(summary="Retrieve access rules"),
    update=extend_schema(
        summary="Set or remove an access rule",
        request=AccessChangeSerializer,
        responses={
            200: OpenApiResponse(AccessControlSerializer, "The rule as it is now."),
            204: OpenApiResponse(description="There is no such rule any more."),
        },
    ),
)


@_documented
class RulesViewSet(ProjectScopedViewSet, RetrieveModelMixin):
    # No docstring: the published description is each viewset's own.

    scope_object = "access_control"
    permission_classes = [
        IsAuthenticated,
        APIScopePermission,
        ProjectMembershipPermission,
        RulePermission,
    ]
    serializer_class = AccessOverviewSerializer

    def target_of(self, row: Model) -> Target | None:
        """Return what the address is about, or None when the body says it."""
        return Target(self.project, self.access_resource, row)

    def overview_of(self, row: Model) -> Overview:
        """Return what a GET shows of the row."""
        target = Target(self.project, self.access_resource, row)
        return selectors.overview_of(target=target, access=self.access)

    def update(self, request: Request, **kwargs: object) -> Response:
        target = self.target_of(self.get_object())
        context = self.get_serializer_context() | {"target": target}
        change = AccessChangeSerializer(data=request.data, context=context)
        change.is_valid(raise_exception=True)
        rule = self._set_rule(target, change)
        if rule is None:
            return Response(status=HTTP_204_NO_CONTENT)
        return Response(AccessControlSerializer(rule).data)

    def _set_rule(
        self, target: Target | None, change: AccessChangeSerializer
    ) -> AccessControl | None:
        return services.set_rule(
            target=target or Target(self.project, change.validated_data["resource"]),
            holder=change.holder,
            access_level=change.validated_data["access_level"],
            actor=self.actor,
            now=self.now,
        )
