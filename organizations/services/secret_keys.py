"""Secret API keys of a project: every write to them."""

from collections.abc import Collection
from datetime import datetime
from typing import TypedDict

from django.db import IntegrityError, transaction

from activity.services import record_creation, record_deletion, record_update
from activity.snapshots import snapshot
from activity.subjects import PROJECT_SECRET_KEY
from core.db.transactions import use_case
from core.exceptions import RuleBroken
from organizations.selectors import lock_project
from tenants.models import Project, ProjectSecretAPIKey
from tenants.selectors import list_secret_keys, lock_secret_key
from users.models import User
from users.scopes import PROJECT_SCOPES
from users.services import give_value
from users.tokens import new_secret_token

MAX_SECRET_KEYS = 50


class TooManySecretKeys(RuleBroken):
    """Raised for one key more than a project can have."""

    default_detail = (
        f"A project can have {MAX_SECRET_KEYS} secret API keys. Delete one that is not needed."
    )


class SecretKeyLabelTaken(RuleBroken):
    """Raised for the label of another key of the project."""

    default_detail = "Another secret API key of this project has this label."
    default_code = "unique"
    default_attr = "label"


class ScopeNotForProjects(RuleBroken):
    """Raised for scopes that no secret API key of a project can have."""

    default_detail = f"The scopes of a project's key are among these: {', '.join(PROJECT_SCOPES)}."
    default_attr = "scopes"


class SecretKeyChanges(TypedDict, total=False):
    """What a key shall be like: an absent name leaves its field alone."""

    label: str
    scopes: list[str]


@use_case
def create_secret_key(
    *, project: Project, values: SecretKeyChanges, actor: User, now: datetime
) -> ProjectSecretAPIKey:
    """Give the project a key; its `value` is never to be had again.

    :raises ScopeNotForProjects: when a scope is not one of those that such keys can have.
    :raises SecretKeyLabelTaken: when another key of the project has the label.
    :raises TooManySecretKeys: when the project has as many keys as it can have.
    """
    _check_scopes(values["scopes"])
    # Whoever makes a key waits here for whoever is just making another one.
    lock_project(project_id=project.pk)
    if list_secret_keys(project=project).count() >= MAX_SECRET_KEYS:
        raise TooManySecretKeys
    key = ProjectSecretAPIKey(**values, project=project, created_by=actor, created_at=now)
    give_value(key, new_secret_token())
    _save(key)
    record_creation(PROJECT_SECRET_KEY, key, actor=actor, now=now)
    return key


@use_case
def update_secret_key(
    *, project_id: int, key_id: str, changes: SecretKeyChanges, actor: User, now: datetime
) -> ProjectSecretAPIKey:
    """Change what a key is called and may read.

    :raises NotFound: when it was deleted meanwhile.
    :raises ScopeNotForProjects: when a scope is not one of those that such keys can have.
    :raises SecretKeyLabelTaken: when another key of the project has the label.
    """
    key = lock_secret_key(project_id=project_id, key_id=key_id)
    _check_scopes(changes.get("scopes", key.scopes))
    before = snapshot(key)
    for name, value in changes.items():
        setattr(key, name, value)
    _save(key, *changes)
    record_update(PROJECT_SECRET_KEY, key, before=before, actor=actor, now=now)
    return key


@use_case
def roll_secret_key(
    *, project_id: int, key_id: str, actor: User, now: datetime
) -> ProjectSecretAPIKey:
    """Give the key another `value`; the old one ends with the transaction.

    :raises NotFound: when the key was deleted meanwhile.
    """
    key = lock_secret_key(project_id=project_id, key_id=key_id)
    before = snapshot(key)
    give_value(key, new_secret_token())
    key.last_rolled_at = now
    _save(key, "secure_value", "mask_value", "last_rolled_at")
    record_update(PROJECT_SECRET_KEY, key, before=before, actor=actor, now=now)
    return key


@use_case
def delete_secret_key(*, project_id: int, key_id: str, actor: User, now: datetime) -> None:
    """Delete the key, which ends it at once.

    :raises NotFound: when it was deleted meanwhile.
    """
    key = lock_secret_key(project_id=project_id, key_id=key_id)
    record_deletion(PROJECT_SECRET_KEY, key, actor=actor, now=now)
    key.delete()


def _check_scopes(scopes: Collection[str]) -> None:
    if not scopes or {*scopes}.difference(PROJECT_SCOPES):
        raise ScopeNotForProjects


def _save(key: ProjectSecretAPIKey, *names: str) -> None:
    try:
        # A savepoint: the refusal itself may still be recorded.
        with transaction.atomic():
            if key._state.adding:  # noqa: SLF001
                key.save(force_insert=True)
            else:
                key.save(update_fields=names)
    except IntegrityError:
        raise SecretKeyLabelTaken from None
