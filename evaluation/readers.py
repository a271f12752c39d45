"""Who may read the definitions of a project's flags."""

from api.auth_context import load_auth_context
from api.permissions import check_key_in_project, check_level
from core.exceptions import AuthenticationFailed, PermissionDenied
from tenants import levels
from tenants.access import Access
from tenants.models import Project
from users.tokens import SECRET_PREFIX, hashed

_SCOPE = "feature_flag:read"
_UNKNOWN = "The key is not valid for this project. Use a personal API key, or its secret token."


def check_reader(*, project: Project, bearer: str | None) -> None:
    """Check that a key, or the secret token of the project, may read the project's flags.

    :raises AuthenticationFailed: when it is missing or unknown.
    :raises PermissionDenied: when the key lacks the scope or its user the access.
    """
    if bearer is None:
        raise AuthenticationFailed("Send a personal API key, or the project's secret token.")
    if bearer.startswith(SECRET_PREFIX):
        _check_secret(project, bearer)
    else:
        _check_personal_key(project, bearer)


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
