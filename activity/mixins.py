"""The history of a resource, as endpoints of the resource."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from activity.selectors import list_activity_of
from activity.serializers import ActivityEntrySerializer, ActivityPageSerializer
from activity.subjects import Subject
from core.http.log_pagination import TotalCountPagination

M = TypeVar("M", bound=Callable[..., Any])


def _history(summary: str, *, detail: bool) -> Callable[[M], M]:
    """Mark a method as the endpoint of a history."""

    def mark(method: M) -> M:
        documented = extend_schema(
            summary=summary,
            responses={200: OpenApiResponse(ActivityPageSerializer, "The newest come first.")},
            parameters=[
                OpenApiParameter("limit", int, description="Entries on a page; 10 by default."),
                OpenApiParameter("page", int, description="The number of the page; 1 by default."),
            ],
        )
        endpoint = action(
            detail=detail,
            methods=["get"],
            url_path="activity",
            required_scopes=["activity_log:read"],
            pagination_class=TotalCountPagination,
        )
        marked: Any = documented(endpoint(method))
        return cast("M", marked)

    return mark


if TYPE_CHECKING:
    from api.viewsets import ProjectScopedViewSet

    _View = ProjectScopedViewSet
else:
    _View = object


class ActivityMixin(_View):
    # No docstring: it would become the published description of the resource.

    activity_subject: ClassVar[Subject]

    @_history("List what happened to all of them", detail=False)
    def all_activity(self, request: Request, **kwargs: object) -> Response:
        """Say who changed which of them, from what to what; deleted ones too."""
        return self._page()

    @_history("List what happened to one of them", detail=True)
    def activity(self, request: Request, **kwargs: object) -> Response:
        """Say who changed it, from what to what."""
        return self._page(item_id=self.get_object().pk)

    def _page(self, *, item_id: int | None = None) -> Response:
        entries = list_activity_of(
            project=self.project,
            access=self.access,
            subject=self.activity_subject,
            item_id=item_id,
        )
        page = self.paginate_queryset(entries)
        return self.get_paginated_response(ActivityEntrySerializer(page, many=True).data)
