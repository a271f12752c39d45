"""Per-process cache of the authentication context: key, user, membership, project.

All of these rows are in the global cache scope (`core.db.cache_versions`), so one version tells
whether an entry is still right: revoking a key changes the version.
"""

from dataclasses import dataclass
from threading import Lock

from cachetools import LRUCache
from django.conf import settings
from django.db.models import Exists, Expression, F, FilteredRelation, OuterRef, QuerySet
from django.utils import timezone

from core.db.cache_versions import prefetch_global_cache_version
from core.db.compiled_query import CompiledQuery, Param
from core.http.query_text import is_id
from tenants.models import AccessControl, Membership, Project
from tenants.selectors import CURRENT
from users.models import PersonalAPIKey
from users.services import is_use_noted
from users.tokens import hashed

# The hash of the key, and the project reference in the URL.
_CacheKey = tuple[str, str]


@dataclass(frozen=True)
class AuthContext:
    """An API key, the project that the request names, and the membership of the key's user."""

    key: PersonalAPIKey
    project: Project
    membership: Membership

    def copied(self) -> "AuthContext":
        """Return a copy whose rows a request may change."""
        user, organization = self.membership.user.copied(), self.membership.organization.copied()
        return AuthContext(
            self.key.copied(user=user),
            self.project.copied(organization=organization),
            self.membership.copied(user=user, organization=organization),
        )


@dataclass(frozen=True)
class _Entry:
    version: str
    context: AuthContext


_cache: LRUCache[_CacheKey, _Entry] = LRUCache(1000)
_lock = Lock()


def load_auth_context(*, value: str, reference: str) -> AuthContext | None:
    """Return the authentication context of a key in a project: from the cache, or in one query.

    None when the key, the project or the membership is missing; the caller then looks each of them
    up by itself to give the right error.
    """
    cache_key = (hashed(value), reference)
    if not settings.RESPONSE_CACHE_BYTES:
        return _query(cache_key)
    # Read before the rows that are cached under it.
    version = prefetch_global_cache_version()
    entry = _cached(cache_key)
    if entry and entry.version == version():
        return entry.context.copied()
    context = _query(cache_key)
    if context and (current := version()) is not None:
        with _lock:
            _cache[cache_key] = _Entry(current, context.copied())
    return context


def _cached(cache_key: _CacheKey) -> _Entry | None:
    with _lock:
        entry = _cache.get(cache_key)
    # The time of a key's last use does not change the version.
    is_fresh = entry and is_use_noted(key=entry.context.key, now=timezone.now())
    return entry if is_fresh else None


def _query(cache_key: _CacheKey) -> AuthContext | None:
    secure_value, reference = cache_key
    if reference == CURRENT:
        membership = _IN_CURRENT_PROJECT.first(secure_value=secure_value)
    elif is_id(reference):
        membership = _IN_PROJECT.first(secure_value=secure_value, project=int(reference))
    else:
        membership = None
    if membership is None:
        return None
    # The rows of the two filtered relations.
    key: PersonalAPIKey = membership.asking_key  # type: ignore[attr-defined]
    project: Project = membership.asked_project  # type: ignore[attr-defined]
    key.user, project.organization = membership.user, membership.organization
    return AuthContext(key, project, membership)


def _memberships(project: Expression | F) -> QuerySet[Membership]:
    rules = AccessControl.objects.filter(project=OuterRef("asked_project__pk"))
    return (
        Membership.objects.annotate(
            asking_key=FilteredRelation("user__personal_api_keys"),
            asked_project=FilteredRelation("organization__projects"),
        )
        .filter(
            asking_key__secure_value=Param("secure_value"),
            user__is_active=True,
            asked_project__pk=project,
        )
        .annotate(has_access_rules=Exists(rules))  # type: ignore[no-redef]
        .select_related("user", "organization", "asking_key", "asked_project")  # type: ignore[misc]
    )


_IN_PROJECT = CompiledQuery(lambda: _memberships(Param("project")))
_IN_CURRENT_PROJECT = CompiledQuery(lambda: _memberships(F("user__current_project")))
