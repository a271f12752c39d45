"""The endpoints of flags in all projects of an organization."""

import json
from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from api.models import IdempotencyKey
from api.permissions import APIScopePermission, OrganizationMembershipPermission
from api.viewsets import OrganizationScopedViewSet
from core.http.pagination import WireLimitOffsetPagination
from core.http.responses import BARE_OR_PLAIN
from feature_flags.models import FeatureFlag
from feature_flags.serializers import FeatureFlagSerializer
from organization_flags import selectors, services
from organization_flags.serializers import (
    CopiesSerializer,
    CopyFlagsSerializer,
    DependencyQuestionSerializer,
    DependencyRequirementsSerializer,
    FlagOfKeySerializer,
)
from organization_flags.validation import read_wish

_KEY = OpenApiParameter("key", str, OpenApiParameter.PATH, description="The key of the flags.")
_PAGE = [
    OpenApiParameter("limit", int, description="How many keys; 25 by default, at most 100."),
    OpenApiParameter("offset", int, description="How many keys come before the page."),
]
_LINK = {"type": ["string", "null"], "format": "uri"}
_KEYS = {
    "type": "object",
    "properties": {
        "count": {"type": "integer"},
        "next": _LINK,
        "previous": _LINK,
        "results": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["count", "next", "previous", "results"],
}
_WRITE = ["feature_flag:write"]
_REFUSED = {
    400: OpenApiResponse(BARE_OR_PLAIN, "Nothing that could be copied is named."),
    403: OpenApiResponse(BARE_OR_PLAIN, "You may not edit the flag, or a scope is missing."),
}


class KeysPagination(WireLimitOffsetPagination):
    default_limit = 25
    max_limit = 100


class OrganizationFlagViewSet(OrganizationScopedViewSet):
    """Flags in all projects of an organization: copy one to other projects, compare them by key."""

    permission_classes = [IsAuthenticated, APIScopePermission, OrganizationMembershipPermission]
    scope_object = "feature_flag"
    session_actions = ("retrieve", "keys")
    without_replay = ("dependency_requirements",)
    serializer_class = FlagOfKeySerializer
    queryset = FeatureFlag.objects.none()
    pagination_class = None
    lookup_field = lookup_url_kwarg = "key"

    @extend_schema(
        summary="Copy a flag to other projects",
        request=CopyFlagsSerializer,
        responses={200: CopiesSerializer, **_REFUSED},
    )
    @action(detail=False, methods=["post"], required_scopes=_WRITE)
    def copy_flags(self, request: Request, **kwargs: object) -> Response:
        """Copy a flag to other projects; a flag of the same key there is overwritten.

        Cohorts are found by their names and made where they are missing. A project that refuses is
        told in `failed`, so an answer with failures in it is a 200 as well.
        """
        wish, organization = read_wish(request.data), self.organization
        copies = services.copy_flag(
            wish=wish, organization=organization, actor=self.actor, now=self.now
        )
        return self._told(copies)

    @extend_schema(
        summary="Say what copies of a flag would need",
        request=DependencyQuestionSerializer,
        responses={200: DependencyRequirementsSerializer, **_REFUSED},
    )
    @action(
        detail=False,
        methods=["post"],
        required_scopes=_WRITE,
        url_path="copy_flags/dependency_requirements",
    )
    def dependency_requirements(self, request: Request, **kwargs: object) -> Response:
        """Say which flags the copies would depend on, and which are there; nothing is copied."""
        found = services.requirements_of(
            wish=read_wish(request.data, with_options=False),
            organization=self.organization,
            actor=self.actor,
        )
        return Response(DependencyRequirementsSerializer(found).data)

    @extend_schema(
        operation_id="organization_feature_flags_retrieve",
        summary="List the flags of a key",
        parameters=[_KEY],
        responses=OpenApiResponse(FlagOfKeySerializer(many=True), "One for each project."),
    )
    def retrieve(self, request: Request, key: str, **kwargs: object) -> Response:
        """List the flags with this key in the projects that you have access to; by session only."""
        flags: Any = selectors.list_flags_of_key(
            user=self.actor, organization=self.organization, key=key
        )
        serializer: Any = FlagOfKeySerializer(flags, many=True)
        return Response(serializer.data)

    @extend_schema(
        summary="List the keys of flags",
        parameters=_PAGE,
        responses=OpenApiResponse(_KEYS, "The keys in order."),
    )
    @action(detail=False, pagination_class=KeysPagination)
    def keys(self, request: Request, **kwargs: object) -> Response:
        """List the keys of flags in the projects that you have access to; by session only."""
        keys: Any = selectors.list_keys(user=self.actor, organization=self.organization)
        page: Any = self.paginate_queryset(keys)
        return self.get_paginated_response(list(page))

    def check_replay(self, answer: IdempotencyKey) -> None:
        super().check_replay(answer)
        services.check_copies_visible(
            wish=read_wish(self.request.data),
            organization=self.organization,
            actor=self.actor,
            copies={each["id"] for each in json.loads(answer.body).get("success", [])},
        )

    def _told(self, copies: services.Copies) -> Response:
        shown = []
        for copied in copies.success:
            context = {"access": copied.access, "view": self}
            flag = dict(FeatureFlagSerializer(copied.flag, context=context).data)
            shown.append(flag | {"schedule_copy_warning": copied.warning})
        failed = [
            {"project_id": each.project_id, "error_message": each.reason} for each in copies.failed
        ]
        return Response({"success": shown, "failed": failed})
