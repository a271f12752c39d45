"""Per-process cache of the authentication context: key, user, membership, project.

All of these rows are in the global cache scope (`core.db.cache_versions`), so one version tells
whether an entry is still right: revoking a key changes the version.
"""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

from cachetools import LRUCache
from django.conf import settings
from django.db.models import Exists, Expression, F, FilteredRelation, OuterRef, QuerySet
from django.utils import timezone

from core.db.cache_versions import prefetch_global_cache_version
from core.db.compiled_query import CompiledQuery, Param
from core.exceptions import PermissionDenied
from core.http.query_text import is_id
from tenants.models import AccessControl, Membership, Project, ProjectSecretAPIKey
from tenants.selectors import CURRENT, find_secret_key
from users.models import PersonalAPIKey
from users.services import UsedKey, is_use_noted
from users.tokens import hashed

# The hash of the key, and the project reference in the URL, on which a secret key does not depend.
_CacheKey = tuple[str, str]


class SecretKeyNotAllowed(PermissionDenied):
    """Raised for what no secret API key of a project may do, whatever its scopes."""

    default_code = "project_secret_key_not_allowed"
    default_detail = (
        "A secret API key of a project cannot do this: it lists and reads experiments, reads "
        "remote configurations and definitions of flags. Use a personal API key."
    )


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


C = TypeVar("C")


@dataclass(frozen=True)
class _Entry(Generic[C]):
    version: str
    found: C


class _Cache(Generic[C]):
    """What keys stand for, each as long as the global version is the one that it was read under."""

    def __init__(
        self,
        *,
        query: Callable[[_CacheKey], C | None],
        copied: Callable[[C], C],
        key_in: Callable[[C], UsedKey],
    ) -> None:
        self._query, self._copied, self._key_in = query, copied, key_in
        self._entries: LRUCache[_CacheKey, _Entry[C]] = LRUCache(1000)
        self._lock = Lock()

    def load(self, cache_key: _CacheKey) -> C | None:
        """Return what a request may change: a copy of what is kept, or what one query finds."""
        if not settings.RESPONSE_CACHE_BYTES:
            return self._query(cache_key)
        # Read before the rows that are cached under it, in the same round trip.
        version = prefetch_global_cache_version()
        entry = self._fresh(cache_key)
        if entry and entry.version == version():
            return self._copied(entry.found)
        found = self._query(cache_key)
        if found and (current := version()) is not None:
            with self._lock:
                self._entries[cache_key] = _Entry(current, self._copied(found))
        return found

    def _fresh(self, cache_key: _CacheKey) -> _Entry[C] | None:
        with self._lock:
            entry = self._entries.get(cache_key)
        # The time of a key's last use does not change the version.
        is_fresh = entry and is_use_noted(key=self._key_in(entry.found), now=timezone.now())
        return entry if is_fresh else None


def load_auth_context(*, value: str, reference: str) -> AuthContext | None:
    """Return the authentication context of a key in a project: from the cache, or in one query.

    None when the key, the project or the membership is missing; the caller then looks each of them
    up by itself to give the right error.
    """
    return _contexts.load((hashed(value), reference))


def load_secret_key(*, value: str) -> ProjectSecretAPIKey | None:
    """Return the secret API key of a project with this value: from the cache, or in one query."""
    return _secret_keys.load((hashed(value), ""))


def _copied(key: ProjectSecretAPIKey) -> ProjectSecretAPIKey:
    organization = key.project.organization.copied()
    return key.copied(project=key.project.copied(organization=organization))


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
            asked_project__deleted_at=None,
        )
        .annotate(has_access_rules=Exists(rules))  # type: ignore[no-redef]
        .select_related("user", "organization", "asking_key", "asked_project")  # type: ignore[misc]
    )


_IN_PROJECT = CompiledQuery(lambda: _memberships(Param("project")))
_IN_CURRENT_PROJECT = CompiledQuery(lambda: _memberships(F("user__current_project")))

_contexts: _Cache[AuthContext] = _Cache(
    query=_query, copied=AuthContext.copied, key_in=lambda context: context.key
)
_secret_keys: _Cache[ProjectSecretAPIKey] = _Cache(
    query=lambda cache_key: find_secret_key(secure_value=cache_key[0]),
    copied=_copied,
    key_in=lambda key: key,
)
