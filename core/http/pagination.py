"""Limit/offset paging as the wire has it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Model, QuerySet
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param
from rest_framework.views import APIView

from core.db.pages import ids_of_page, page_of
from core.exceptions import BareError
from core.http.query_text import KEY_PARAMETER

MAX_PAGE_SIZE = 1000
# Ids alone are small: there may be more of them in one response.
MAX_IDS = 10_000
TOTAL_HEADER = "X-Total-Count"

T = TypeVar("T", bound=Model)
E = TypeVar("E")

# The styles with links have no base in common that has them.
if TYPE_CHECKING:
    _Linked = LimitOffsetPagination
else:
    _Linked = object


class LinksWithoutKey(_Linked):
    # Answers are logged and passed on, and a key in their links with them.

    def get_next_link(self) -> str | None:
        return _without_key(super().get_next_link())

    def get_previous_link(self) -> str | None:
        return _without_key(super().get_previous_link())


def _without_key(link: str | None) -> str | None:
    return link and remove_query_param(link, KEY_PARAMETER)


def first_of(found: QuerySet[T]) -> tuple[QuerySet[T], dict[str, str]]:
    """Return the first rows of a list without pages, and the header that says how many it has."""
    # Wire quirk: lists-without-pages-have-a-maximum, see docs/quirks.md.
    return found[:MAX_PAGE_SIZE], {TOTAL_HEADER: str(found.count())}


def first_of_read(found: Sequence[E]) -> tuple[Sequence[E], dict[str, str]]:
    """Return the first of what is read already, and the header that says how many there are."""
    return found[:MAX_PAGE_SIZE], {TOTAL_HEADER: str(len(found))}


class BadPage(BareError):
    """Raised for a limit or an offset that is none, where the wire does not overlook it."""

    # Wire quirk: eligible-flags-refuse-barely, see docs/quirks.md.


class WireLimitOffsetPagination(LinksWithoutKey, LimitOffsetPagination):
    # Wire quirk: pages-have-a-maximum, see docs/quirks.md. A bad value is never an error.

    max_limit = MAX_PAGE_SIZE

    def paginate_queryset(
        self, queryset: QuerySet[Any], request: Request, view: APIView | None = None
    ) -> list[Any]:
        self.request = request
        # None would mean that there is no page size; the settings have one.
        wanted = self.get_limit(request)
        limit = self.limit = 0 if wanted is None else wanted
        self.offset = self.get_offset(request)
        self.count = self.get_count(queryset)
        if self.offset >= self.count:
            return []
        # Databases count in 64 bits, clients may write any number.
        end = min(self.offset + limit, self.count)
        return self.cut(queryset, start=self.offset, end=end)

    def cut(self, queryset: QuerySet[Any], *, start: int, end: int) -> list[Any]:
        """Return the rows of the page."""
        return page_of(queryset, start=start, end=end)


class IdsPagination(WireLimitOffsetPagination):
    # For a view that reads by itself what it shows of a page.

    def cut(self, queryset: QuerySet[Any], *, start: int, end: int) -> list[Any]:
        return ids_of_page(queryset, start=start, end=end)


class LongPagination(WireLimitOffsetPagination):
    # For what clients want whole: unless asked otherwise, a page is as long as can be.

    default_limit = MAX_PAGE_SIZE


class StrictLimitOffsetPagination(WireLimitOffsetPagination):
    # Short pages without links; a bad value is an error, a negative offset is the first page.

    default_limit = 20
    max_limit = 100

    def get_limit(self, request: Request) -> int:
        limit = self._whole(request, self.limit_query_param, default=self.default_limit)
        if limit < 0:
            raise BadPage(f"{self.limit_query_param} must not be negative.")
        return min(limit, self.max_limit)

    def get_offset(self, request: Request) -> int:
        return max(self._whole(request, self.offset_query_param, default=0), 0)

    def get_paginated_response(self, data: list[object]) -> Response:
        return Response({"results": data, "count": self.count})

    def get_paginated_response_schema(self, schema: dict[str, object]) -> dict[str, object]:
        count = {"type": "integer", "example": 123}
        return {
            "type": "object",
            "required": ["count", "results"],
            "properties": {"results": schema, "count": count},
        }

    def _whole(self, request: Request, name: str, *, default: int) -> int:
        text = request.query_params.get(name, str(default))
        try:
            # Python reads other scripts' digits too, and refuses to read thousands of them.
            return int(text) if text.isascii() else int("")
        except ValueError:
            raise BadPage(f"{name} must be a whole number.") from None
