"""What a cached response depends on: only tables whose changes invalidate the cache."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from api.response_cache import CachedResponseMixin
from core.db.cache_versions import TABLE, invalidating_tables

# A table that a read may touch without depending on it: its rows only lead from one to another.
ONLY_JOINED = {"tenants_role"}
# Authentication runs before the cache is asked, for every request.
_OF_SESSIONS = {"django_session", "axes_accessattempt"}
# The cache that counts requests, where it is a table.
_OF_LIMITS = {"cache"}
_TABLE = re.compile(r'\b(?:FROM|JOIN|INTO|UPDATE) "?(\w+)"?(?!\w|\()')

Dispatch = Callable[..., HttpResponseBase]


def touched_tables(statements: list[str]) -> set[str]:
    """Return the tables that these statements name."""
    return {name for sql in statements for name in _TABLE.findall(sql)} - {TABLE}


def ignored_by_cache(tables: set[str]) -> set[str]:
    """Return those of the tables whose changes invalidate no cache."""
    return (
        tables
        - {each.table for each in invalidating_tables()}
        - ONLY_JOINED
        - _OF_SESSIONS
        - _OF_LIMITS
    )


def checking(dispatch: Dispatch) -> Dispatch:
    """Return a dispatch that fails when a cached response touches another table."""

    def checked(
        self: CachedResponseMixin, request: HttpRequest, *args: object, **kwargs: object
    ) -> HttpResponseBase:
        if request.method != "GET" or not self.cached:
            return dispatch(self, request, *args, **kwargs)
        with _statements() as statements:
            response = dispatch(self, request, *args, **kwargs)
        is_cached = response.status_code == 200
        if is_cached and self._cache_key(request) is not None:
            found = ignored_by_cache(touched_tables(statements))
            assert not found, f"{request.path} is cached and depends on {sorted(found)}"
        return response

    return checked


@contextmanager
def _statements() -> Iterator[list[str]]:
    # Not by Django's context manager: inside another one it would forget what that one counts.
    statements: list[str] = []
    all_connections = connections.all(initialized_only=True)
    before = [(each, each.force_debug_cursor, len(each.queries_log)) for each in all_connections]
    for each in all_connections:
        each.force_debug_cursor = True
    try:
        yield statements
    finally:
        for each, was_logged, number in before:
            each.force_debug_cursor = was_logged
            statements += [query["sql"] or "" for query in [*each.queries_log][number:]]
