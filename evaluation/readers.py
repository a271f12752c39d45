"""Who may read the definitions of a project's flags."""

from threading import Lock

from cachetools import TTLCache
from django.conf import settings

from api.auth_context import load_auth_context
from api.permissions import check_key_in_project, check_level
from core.db.cache_versions import CacheVersions
from core.exceptions import AuthenticationFailed, PermissionDenied
from evaluation.selectors import ProjectFlags, find_project
from tenants import levels
from tenants.access import Access
from tenants.models import Project
from users.tokens import SECRET_PREFIX, hashed

_SCOPE = "feature_flag:read"
# Whoever is remembered is not noted as having used their key, so they are asked again now and then.
_SECONDS = 600
_UNKNOWN = "The key is not valid for this project. Use a personal API key, or its secret token."


_known: TTLCache[tuple[int, str], CacheVersions] = TTLCache(10_000, _SECONDS)
_lock = Lock()


def check_reader(*, project_flags: ProjectFlags, token: str, bearer: str | None) -> None:
    """Check that a key, or the secret token of the project, may read the project's flags.

    Whoever was let in is remembered while the versions stay: keys, memberships, access rules and
    the tokens of projects all count among these.

    :raises AuthenticationFailed: when it is missing or unknown.
    :raises PermissionDenied: when the key lacks the scope or its user the access.
    """
    if bearer is None:
        raise AuthenticationFailed("Send a personal API key, or the project's secret token.")
    versions, place = project_flags.versions, (project_flags.project_id, hashed(bearer))
    with _lock:
        if versions is not None and _known.get(place) == versions:
            return
    project = find_project(token=token)
    if project is None:
        raise AuthenticationFailed(_UNKNOWN)
    if bearer.startswith(SECRET_PREFIX):
        _check_secret(project, bearer)
    else:
        _check_personal_key(project, bearer)
    if versions is not None and settings.RESPONSE_CACHE_BYTES:
        with _lock:
            _known[place] = versions


def _check_secret(project: Project, bearer: str) -> None:
    if hashed(bearer) not in (project.secret_token_hash, project.secret_token_backup_hash):
        raise AuthenticationFailed(_UNKNOWN)


def _check_personal_key(project: Project, bearer: str) -> None:
    auth = load_auth_context(value=bearer, reference=str(project.pk))
    if auth is None:
        raise AuthenticationFailed(_UNKNOWN)
    check_key_in_project(auth.key, project=project, scope=_SCOPE)
    organization, membership = auth.project.organization, auth.membership
    if not (membership.is_admin or organization.members_can_use_personal_api_keys):
        raise PermissionDenied("The organization does not allow personal API keys. Ask an admin.")
    access = Access(project=auth.project, membership=membership, resource=levels.FEATURE_FLAG)
    wanted = levels.scale_of(levels.FEATURE_FLAG).reading
    check_level(access, levels.FEATURE_FLAG, wanted=wanted)
