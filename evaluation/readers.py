"""Who may read the definitions of a project's flags."""

from dataclasses import dataclass
from threading import Lock

from cachetools import TTLCache
from django.conf import settings
from django.utils import timezone

from api.auth_context import load_auth_context, load_secret_key
from api.permissions import (
    check_inside,
    check_key,
    check_key_in_project,
    check_level,
    check_secret_key,
)
from api.throttling import REMOTE_CONFIG
from core.db.cache_versions import CacheVersions
from core.exceptions import AuthenticationFailed, PermissionDenied
from core.http.query_text import is_id
from evaluation.selectors import (
    ProjectFlags,
    find_project,
    find_project_of_secret,
    list_flags_of_feed,
)
from evaluation.throttling import count_reading, count_secret_key
from tenants import levels
from tenants.access import Access
from tenants.models import Project
from tenants.selectors import CURRENT, find_current_project
from users.selectors import find_key
from users.services import note_use
from users.tokens import SECRET_PREFIX, hashed

_SCOPE = "feature_flag:read"
# A cache hit does not note that a key was used, so entries expire.
_SECONDS = 600
_UNKNOWN = "The key is not valid for this project. Use a personal API key, or its secret token."


@dataclass(frozen=True, slots=True)
class _Reader:
    versions: CacheVersions | None
    # Whether it is a secret API key, which has limits of its own.
    is_secret_key: bool


_known: TTLCache[tuple[int, str], _Reader] = TTLCache(10_000, _SECONDS)
_lock = Lock()


def check_reader(*, project_flags: ProjectFlags, token: str, bearer: str | None) -> None:
    """Check that a key, or the secret token of the project, may read the project's flags.

    The outcome is cached under the cache versions, which keys, memberships, access rules and the
    tokens of projects change.

    :raises AuthenticationFailed: when it is missing or unknown.
    :raises PermissionDenied: when the key lacks the scope or its user the access.
    :raises Throttled: when it has asked too often.
    """
    if bearer is None:
        raise AuthenticationFailed("Send a personal API key, or the project's secret token.")
    project_id, versions = project_flags.project_id, project_flags.versions
    place = (project_id, hashed(bearer))
    with _lock:
        known = _known.get(place)
    if known is None or known.versions != versions:
        known = _Reader(versions, is_secret_key=_is_secret_key(token, bearer))
        if versions is not None and settings.RESPONSE_CACHE_BYTES:
            with _lock:
                _known[place] = known
    count = count_secret_key if known.is_secret_key else count_reading
    count(secure_value=place[1], project_id=project_id)


def _is_secret_key(token: str, bearer: str) -> bool:
    """Check a key or a secret token; tell whether it is a secret API key of the project."""
    project = find_project(token=token)
    if project is None:
        raise AuthenticationFailed(_UNKNOWN)
    if not bearer.startswith(SECRET_PREFIX):
        _check_personal_key(project, bearer)
        return False
    if hashed(bearer) in (project.secret_token_hash, project.secret_token_backup_hash):
        return False
    if _project_of_key(bearer, reference=str(project.pk)) is None:
        raise AuthenticationFailed(_UNKNOWN)
    return True


def _check_personal_key(project: Project, bearer: str) -> None:
    auth = load_auth_context(value=bearer, reference=str(project.pk))
    if auth is None:
        raise AuthenticationFailed(_UNKNOWN)
    check_key_in_project(auth.key, project=project, scope=_SCOPE)
    access = Access(project=project, membership=auth.membership, resource=levels.FEATURE_FLAG)
    check_inside(access)
    check_key(auth.key, membership=auth.membership, organization=project.organization)
    wanted = levels.scale_of(levels.FEATURE_FLAG).reading
    check_level(access, levels.FEATURE_FLAG, wanted=wanted)
    _check_sees_all(access)
    note_use(key=auth.key, now=timezone.now())


def _check_sees_all(access: Access) -> None:
    # Without some flags, those that depend on them would be evaluated to something else.
    if not access.hides_any(levels.FEATURE_FLAG):
        return
    flags = list_flags_of_feed(project_id=access.project.pk)
    if access.visible(levels.FEATURE_FLAG, flags).count() < flags.count():
        raise PermissionDenied(
            "Some flags of the project are hidden from you. Use its secret token."
        )


def find_token(*, reference: str, bearer: str | None) -> str | None:
    """Return the token of the project that a URL names; `@current` is the one of the bearer."""
    if is_id(reference):
        return Project.objects.filter(pk=int(reference)).values_list("api_token", flat=True).first()
    if reference != CURRENT or bearer is None:
        return None
    if bearer.startswith(SECRET_PREFIX):
        secret_key = load_secret_key(value=bearer)
        project = secret_key.project if secret_key else find_project_of_secret(secret=bearer)
    else:
        key = find_key(value=bearer)
        project = find_current_project(user=key.user) if key else None
    return project.api_token if project else None


def get_project_of_secret(*, bearer: str, reference: str) -> Project:
    """Return the project of a secret token, or of a secret API key, which the URL names.

    :raises AuthenticationFailed: when it is unknown.
    :raises PermissionDenied: when the URL names another project, or the key lacks the scope.
    :raises Throttled: when it has asked too often.
    """
    project = find_project_of_secret(secret=bearer)
    if project is not None:
        if reference not in (CURRENT, str(project.pk)):
            raise PermissionDenied("The secret token is of another project.")
        count_reading(secure_value=hashed(bearer), project_id=project.pk, what=REMOTE_CONFIG)
        return project
    project = _project_of_key(bearer, reference=reference)
    if project is None:
        raise AuthenticationFailed("No project has this secret token, or this secret API key.")
    count_secret_key(secure_value=hashed(bearer), project_id=project.pk)
    return project


def _project_of_key(bearer: str, *, reference: str) -> Project | None:
    key = load_secret_key(value=bearer)
    if key is None:
        return None
    check_secret_key(key, reference=reference, required=[_SCOPE])
    note_use(key=key, now=timezone.now())
    return key.project
