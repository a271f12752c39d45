"""The endpoint of all tags of a project."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request
from rest_framework.response import Response

from api.viewsets import ProjectScopedViewSet
from core.db.folding import fold
from core.http.pagination import WireLimitOffsetPagination, first_of_read
from tags.registry import TaggedKind, tagged_kinds
from tags.selectors import tags_of
from users.models import PersonalAPIKey
from users.scopes import READ, first_missing

_MAX_PAGE = 100
_NAMES = {"type": "array", "items": {"type": "string"}}
_LINK = {"type": ["string", "null"], "format": "uri"}
_PAGE = {
    "type": "object",
    "properties": {
        "count": {"type": "integer"},
        "next": _LINK,
        "previous": _LINK,
        "results": _NAMES,
    },
    "required": ["count", "next", "previous", "results"],
}


class TagPagination(WireLimitOffsetPagination):
    default_limit = max_limit = _MAX_PAGE

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        # They are a list already.
        return LimitOffsetPagination.paginate_queryset(self, queryset, request, view) or []


class TagViewSet(ProjectScopedViewSet):
    """Tags are words to find experiments, feature flags, saved metrics, actions and annotations by.

    There is a tag as long as something has it.
    """

    scope_object = "experiment"
    other_scope_objects = ("feature_flag", "experiment_saved_metric", "action", "annotation")
    has_object_rules = False
    pagination_class = TagPagination
    lookup_field = "project_id"

    @extend_schema(
        summary="List the tags of the project",
        parameters=[
            OpenApiParameter("search", str, description="A part of the tag, in any case."),
            OpenApiParameter("limit", int, description=f"With `search`: at most {_MAX_PAGE}."),
            OpenApiParameter("offset", int, description="With `search`: how many to leave out."),
        ],
        responses=OpenApiResponse(
            {"oneOf": [_NAMES, _PAGE]}, "All of them by name; a page of those that `search` finds."
        ),
    )
    def retrieve(self, request: Request, **kwargs: object) -> Response:
        """List every tag of the objects that the caller, and the key's scopes, may read."""
        names = tags_of(project=self.project, kinds=_readable(request), access=self.access)
        if "search" not in request.query_params:
            shown, headers = first_of_read(names)
            return Response(shown, headers=headers)
        wanted = fold(request.query_params["search"])
        found: Any = [name for name in names if wanted in fold(name)]
        return self.get_paginated_response(self.paginate_queryset(found))


def _readable(request: Request) -> list[TaggedKind]:
    key = request.auth
    if not isinstance(key, PersonalAPIKey):
        return tagged_kinds()
    granted = key.scopes or []
    return [
        kind
        for kind in tagged_kinds()
        if not first_missing(granted=granted, required=[f"{kind.scope_object}:{READ}"])
    ]
