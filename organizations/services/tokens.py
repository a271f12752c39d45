"""The tokens of a project: the public one, and the secret one with its predecessor."""

from datetime import datetime

from core.db.transactions import use_case
from organizations.selectors import lock_project
from tenants.models import Project, new_project_token
from users.tokens import hashed, new_secret_token


@use_case
def rotate_secret_token(*, project_id: int, now: datetime) -> Project:
    """Give a project a new secret token, which only the returned row has.

    The one before it stays valid until it is deleted, or until the next rotation.

    :raises NotFound: when the project was deleted meanwhile.
    """
    project = lock_project(project_id=project_id)
    value = new_secret_token()
    project.secret_token_backup_hash = project.secret_token_hash
    project.secret_token_hash = hashed(value)
    _save(project, "secret_token_hash", "secret_token_backup_hash", now=now)
    project.secret_api_token = value
    return project


@use_case
def delete_secret_token_backup(*, project_id: int, now: datetime) -> Project:
    """Make the secret token before the present one invalid.

    :raises NotFound: when the project was deleted meanwhile.
    """
    project = lock_project(project_id=project_id)
    project.secret_token_backup_hash = None
    return _save(project, "secret_token_backup_hash", now=now)


@use_case
def reset_token(*, project_id: int, now: datetime) -> Project:
    """Give a project another public token; the one before it is unknown from now on.

    :raises NotFound: when the project was deleted meanwhile.
    """
    project = lock_project(project_id=project_id)
    project.api_token = new_project_token()
    return _save(project, "api_token", now=now)


def _save(project: Project, *names: str, now: datetime) -> Project:
    project.updated_at = now
    project.save(update_fields=[*names, "updated_at"])
    return project
