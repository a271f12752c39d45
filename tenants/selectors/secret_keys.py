"""Looking up and locking secret API keys of projects."""

from django.db.models import QuerySet

from core.db.compiled_query import CompiledQuery, Param
from core.db.locking import lock_row
from tenants.models import Project, ProjectSecretAPIKey


def list_secret_keys(*, project: Project) -> QuerySet[ProjectSecretAPIKey]:
    """Return the secret API keys of a project, the newest first."""
    keys = ProjectSecretAPIKey.objects.filter(project=project).select_related("created_by")
    return keys.order_by("-created_at", "-id")


def find_secret_key(*, secure_value: str) -> ProjectSecretAPIKey | None:
    """Return the secret API key with this hash, together with its project."""
    return _WITH_PROJECT.first(secure_value=secure_value)


def lock_secret_key(*, project_id: int, key_id: str) -> ProjectSecretAPIKey:
    """Lock a secret API key of the project and return it as it is now.

    :raises ETagMismatch: when the client changes it and expects another state.
    :raises NotFound: when the project has no such key (any more).
    """
    keys = ProjectSecretAPIKey.objects.filter(project=project_id).select_related("created_by")
    return lock_row(keys, key_id)


def _with_project() -> QuerySet[ProjectSecretAPIKey]:
    keys = ProjectSecretAPIKey.objects.select_related("project__organization")
    return keys.filter(secure_value=Param("secure_value"), project__deleted_at=None)


_WITH_PROJECT = CompiledQuery(_with_project)
