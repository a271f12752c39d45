"""The tokens of a project: the public one, and the secret one with its predecessor."""

from collections.abc import Mapping
from datetime import datetime

from activity.services import record_update
from activity.snapshots import snapshot
from activity.subjects import PROJECT
from core.db.transactions import use_case
from organizations.selectors import lock_project
from tenants.models import Project, new_project_token
from users.models import User
from users.tokens import hashed, masked, new_secret_token

# What the history tells of a secret token of which only a hash is kept.
_KEPT = "********"


@use_case
def rotate_secret_token(*, project_id: int, actor: User, now: datetime) -> Project:
    """Give a project a new secret token, which only the returned row has.

    The one before it stays valid until it is deleted, or until the next rotation.

    :raises NotFound: when the project was deleted meanwhile.
    """
    project = lock_project(project_id=project_id)
    value, former = new_secret_token(), project.secret_token_hash
    project.secret_token_backup_hash = former
    project.secret_token_hash = hashed(value)
    _save(project, "secret_token_hash", "secret_token_backup_hash", now=now)
    told = {"secret_api_token": (former and _KEPT, masked(value))}
    _record(project, told, actor=actor, now=now)
    project.secret_api_token = value
    return project


@use_case
def delete_secret_token_backup(*, project_id: int, actor: User, now: datetime) -> Project:
    """Make the secret token before the present one invalid.

    :raises NotFound: when the project was deleted meanwhile.
    """
    project = lock_project(project_id=project_id)
    told = {"secret_api_token_backup": (project.secret_token_backup_hash and _KEPT, None)}
    project.secret_token_backup_hash = None
    _save(project, "secret_token_backup_hash", now=now)
    return _record(project, told, actor=actor, now=now)


@use_case
def reset_token(*, project_id: int, actor: User, now: datetime) -> Project:
    """Give a project another public token; the one before it is unknown from now on.

    :raises NotFound: when the project was deleted meanwhile.
    """
    project = lock_project(project_id=project_id)
    former, project.api_token = project.api_token, new_project_token()
    _save(project, "api_token", now=now)
    told = {"project_token": (masked(former), masked(project.api_token))}
    return _record(project, told, actor=actor, now=now)


def _save(project: Project, *names: str, now: datetime) -> None:
    project.updated_at = now
    project.save(update_fields=[*names, "updated_at"])


def _record(
    project: Project,
    told: Mapping[str, tuple[str | None, str | None]],
    *,
    actor: User,
    now: datetime,
) -> Project:
    # The tokens themselves are in no history.
    state = snapshot(project)
    before = state | {name: former for name, (former, _) in told.items()}
    vars(project)["told_columns"] = {name: value for name, (_, value) in told.items()}
    record_update(PROJECT, project, before=before, actor=actor, now=now)
    return project
