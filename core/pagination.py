"""Limit/offset paging with the wire's defaults: a bad value is never an error."""

from django.db.models import QuerySet
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request
from rest_framework.views import APIView


class WireLimitOffsetPagination(LimitOffsetPagination):
    # No maximum: clients of the wire may ask for everything.

    def paginate_queryset(
        self, queryset: QuerySet, request: Request, view: APIView | None = None
    ) -> list:
        self.request = request
        self.limit = self.get_limit(request)
        self.offset = self.get_offset(request)
        self.count = self.get_count(queryset)
        if self.offset >= self.count:
            return []
        # Databases count in 64 bits, clients may write any number.
        return list(queryset[self.offset : min(self.offset + self.limit, self.count)])
