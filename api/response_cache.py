"""Response cache for GET requests, validated by the project's cache version.

A response depends on the request, on rows and on the time. The cache key is the request, the API
key included; the rows are covered by the cache versions (`core.db.cache_versions`), and so are the
caller's memberships, roles and access rules. Time changes no version: a viewset declares in
`cached` the actions whose responses do not depend on it, and with which query parameters they do.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any, ClassVar, cast

from cachetools import LRUCache, TTLCache
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from rest_framework.response import Response

from api.authentication import bearer_value
from api.throttling import RateLimit
from core.db.cache_versions import CacheVersions, cache_versions
from core.exceptions import Throttled
from core.http.query_text import is_id
from core.http.responses import error_response
from core.ops import request_log
from tenants.selectors import CURRENT
from users.tokens import hashed

# A cache hit does not note that a key is used, so entries end now and then.
_SECONDS = 600
# The headers that a refusal has in common with the cached response.
_SHARED_HEADERS = {"Allow", "Vary"}
# What an entry takes beside its body, in bytes.
_OVERHEAD = 1500

# No response may take a larger part of the cache than one of so many.
_SHARE = 8

# The hash of the API key, scheme, host, path, query string and Accept header.
_CacheKey = tuple[str, ...]


@dataclass(frozen=True)
class _Entry:
    versions: CacheVersions
    body: bytes
    headers: Mapping[str, str]
    project: int
    # None for a secret API key of the project.
    user: int | None


_cache: TTLCache[_CacheKey, _Entry] = TTLCache(
    settings.RESPONSE_CACHE_BYTES, _SECONDS, getsizeof=lambda entry: len(entry.body) + _OVERHEAD
)
# The project that `@current` last was for an API key: a guess, checked against the response.
_current_projects: LRUCache[str, int] = LRUCache(1000)
# Granian runs one thread per worker by default, but nothing here depends on that.
_lock = Lock()


if TYPE_CHECKING:
    from rest_framework.viewsets import GenericViewSet

    _View = GenericViewSet[Any]
else:
    _View = object


@dataclass(frozen=True)
class UntilChanged:
    """Cached until a row changes that the project's cache version covers."""

    # The values of query parameters with which the response depends on the time as well.
    timed: Mapping[str, Collection[str]] = field(default_factory=dict)

    def covers(self, query: QueryDict) -> bool:
        """Tell whether the response to this query depends on rows alone."""
        return not any(query.get(name) in values for name, values in self.timed.items())


UNTIL_CHANGED = UntilChanged()


class CachedResponseMixin(_View):
    # No docstring: it would become the published description of the resource.

    # The actions whose responses depend on rows of invalidating tables, and how they are cached.
    cached: ClassVar[Mapping[str, UntilChanged]] = {}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        cache_key = self._cache_key(request)
        if cache_key is None:
            return super().dispatch(request, *args, **kwargs)
        entry, project = _cached(cache_key), self._expected_project(cache_key)
        # Read before any row: a change from now on has another version.
        versions = None if project is None else cache_versions(project_id=project)
        # Projects that have never changed have the same versions.
        if entry and (entry.project, entry.versions) == (project, versions):
            request_log.note(user=entry.user, project=entry.project)
            return _refusal(cache_key[0], entry) or HttpResponse(entry.body, headers=entry.headers)
        response = super().dispatch(request, *args, **kwargs)
        if response.status_code == 200:
            self._store(cache_key, cast("Response", response), project=project, versions=versions)
        return response

    def _cache_key(self, request: HttpRequest) -> _CacheKey | None:
        if request.method != "GET" or not settings.RESPONSE_CACHE_BYTES:
            return None
        policy, value = self.cached.get(self.action_map.get("get", "")), bearer_value(request)
        if policy is None or value is None or not policy.covers(request.GET):
            return None
        varying = (request.META.get(name, "") for name in ("QUERY_STRING", "HTTP_ACCEPT"))
        return hashed(value), request.scheme, request.get_host(), request.path, *varying

    def _expected_project(self, cache_key: _CacheKey) -> int | None:
        reference = self.kwargs["project_id"]
        if reference == CURRENT:
            with _lock:
                return _current_projects.get(cache_key[0])
        return int(reference) if is_id(reference) else None

    def _store(
        self,
        cache_key: _CacheKey,
        response: Response,
        *,
        project: int | None,
        versions: CacheVersions | None,
    ) -> None:
        viewset: Any = self
        actual, headers = viewset.project.pk, dict(response.headers.items())
        entry = versions and _Entry(versions, response.content, headers, actual, viewset.actor.pk)
        with _lock:
            if self.kwargs["project_id"] == CURRENT:
                _current_projects[cache_key[0]] = actual
            # A large response would displace many others that are asked for more often.
            if entry and project == actual and _cache.getsizeof(entry) <= _cache.maxsize / _SHARE:
                _cache[cache_key] = entry


def _cached(cache_key: _CacheKey) -> _Entry | None:
    with _lock:
        return _cache.get(cache_key)


def _refusal(key: str, entry: _Entry) -> HttpResponse | None:
    # Cache hits count against the rate limit like everything else.
    limit = RateLimit()
    if limit.allow_key(key, project_id=entry.project, is_secret=entry.user is None):
        return None
    refusal = error_response(Throttled(limit.wait()))
    for name in _SHARED_HEADERS & entry.headers.keys():
        refusal.headers[name] = entry.headers[name]
    return refusal
