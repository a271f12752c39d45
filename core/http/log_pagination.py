"""Pagination of lists that grow at the front: by cursor, or by page number."""

from typing import Any, cast
from uuid import UUID

from django.core.paginator import Page
from django.db.models import QuerySet
from rest_framework.pagination import (
    BasePagination,
    Cursor,
    CursorPagination,
    PageNumberPagination,
)
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from core.db.pages import PagedRows
from core.exceptions import NotFound
from core.http.pagination import MAX_PAGE_SIZE, LinksWithoutKey

Schema = dict[str, object]


def _paged(queryset: QuerySet[Any]) -> QuerySet[Any]:
    # All that Django's and the framework's paginators do with a queryset.
    return cast("QuerySet[Any]", PagedRows(queryset))


class _Cursors(LinksWithoutKey, CursorPagination):
    ordering = "-id"
    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = MAX_PAGE_SIZE

    def decode_cursor(self, request: Request) -> Cursor | None:
        cursor = super().decode_cursor(request)
        if cursor is not None and cursor.position is not None:
            try:
                UUID(str(cursor.position))
            except ValueError:
                raise NotFound(self.invalid_cursor_message) from None
        return cursor


class _Numbers(LinksWithoutKey, PageNumberPagination):
    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = MAX_PAGE_SIZE


class LogPagination(BasePagination):
    # For rows whose ids are UUIDs that grow with time. A page by cursor is not counted.

    def paginate_queryset(
        self, queryset: QuerySet[Any], request: Request, view: APIView | None = None
    ) -> list[Any] | None:
        is_numbered = bool(request.query_params.get(_Numbers.page_query_param))
        self.style: BasePagination = _Numbers() if is_numbered else _Cursors()
        return self.style.paginate_queryset(_paged(queryset), request, view)

    def get_paginated_response(self, data: list[object]) -> Response:
        return self.style.get_paginated_response(data)

    def get_schema_operation_parameters(self, view: APIView) -> list[Schema]:
        parameters = {
            parameter["name"]: parameter
            for style in (_Numbers(), _Cursors())
            for parameter in style.get_schema_operation_parameters(view)
        }
        return list(parameters.values())

    def get_paginated_response_schema(self, schema: Schema) -> Schema:
        document = _Numbers().get_paginated_response_schema(schema)
        count = document["properties"]["count"]
        count["description"] = "Only with `page`."
        return document | {"required": ["next", "previous", "results"]}


class _CountedNumbers(PageNumberPagination):
    page_size = 10
    page_size_query_param = "limit"
    max_page_size = MAX_PAGE_SIZE

    def get_next_link(self) -> str | None:
        page = self._page
        return self._link(page.next_page_number()) if page.has_next() else None

    def get_previous_link(self) -> str | None:
        page = self._page
        return self._link(page.previous_page_number()) if page.has_previous() else None

    @property
    def _page(self) -> Page[Any]:
        if self.page is None:
            raise RuntimeError("Links need a page: call paginate_queryset first.")
        return self.page

    def _link(self, number: int) -> str:
        request = cast("Request", self.request)
        url = replace_query_param(request.build_absolute_uri(), "page", number)
        return replace_query_param(url, "limit", self._page.paginator.per_page)


class TotalCountPagination(LinksWithoutKey, _CountedNumbers):
    # Short pages by number; the links say the limit as well.

    def paginate_queryset(
        self, queryset: QuerySet[Any], request: Request, view: APIView | None = None
    ) -> list[Any] | None:
        return super().paginate_queryset(_paged(queryset), request, view)

    def get_paginated_response(self, data: list[object]) -> Response:
        return Response(
            {
                "results": data,
                "next": self.get_next_link(),
                "previous": self.get_previous_link(),
                "total_count": self._page.paginator.count,
            }
        )
