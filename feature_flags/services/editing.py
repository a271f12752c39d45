"""Adding and editing a flag for its own sake."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from core.exceptions import Conflict, RuleBroken
from core.transactions import use_case
from feature_flags import filters as documents
from feature_flags import validation
from feature_flags.changes import FlagChanges, LastSeen, NewFlag
from feature_flags.models import FeatureFlag
from feature_flags.selectors import (
    count_live_flags,
    find_live_flag,
    free_key,
    has_experiments,
    list_flags,
    live_experiments_of,
    lock_flag,
)
from feature_flags.services.writing import create_flag, update_flag
from projects.models import Project
from users.models import User


class FlagInUse(RuleBroken):
    """Raised when a flag shall be deleted that experiments need."""

    default_attr = "deleted"


@use_case
def add_flag(*, project: Project, values: NewFlag, actor: User, now: datetime) -> FeatureFlag:
    """Create a flag.

    :raises ApprovalRequired: when others must agree to it first.
    :raises RuleBroken: when the key is taken, a value is not valid, or the project is full.
    """
    most = settings.MAX_FEATURE_FLAGS_PER_PROJECT
    if count_live_flags(project=project) >= most:
        raise RuleBroken(f"A project has at most {most} feature flags. Delete one first.")
    _check_key(project, values["key"])
    if "filters" in values and not values["filters"].get("groups"):
        raise validation.InvalidFilters("A new flag's filters need at least one group.")
    values = _completed(FeatureFlag(), values)
    try:
        with transaction.atomic():
            flag = create_flag(project=project, values=values, actor=actor, now=now)
    except IntegrityError:
        # Someone made this flag between our look and our insert.
        raise _taken() from None
    return list_flags(project=project).get(pk=flag.pk)


@use_case
def edit_flag(
    *, flag: FeatureFlag, changes: FlagChanges, seen: LastSeen, actor: User, now: datetime
) -> FeatureFlag:
    """Change a flag, and the variants in the parameters of its experiments with it.

    :raises ApprovalRequired: when others must agree first; nothing is changed then.
    :raises Conflict: when someone else changed the same field since the client saw the flag.
    :raises ETagMismatch: when the client expects another state of it.
    :raises FlagInUse: when it shall be deleted and experiments need it.
    :raises RuleBroken: when a value is not valid; nothing is changed then.
    """
    flag = lock_flag(flag=flag)
    _check_collisions(flag, changes, seen)
    if "filters" in changes:
        merged = documents.merged(flag.filters, changes["filters"])
        changes = changes | {"filters": merged}
    changes = _completed(flag, changes | _changed_key(flag, changes))
    try:
        with transaction.atomic():
            update_flag(flag=flag, changes=changes, actor=actor, now=now)
    except IntegrityError:
        raise _taken() from None
    return list_flags(project=flag.project).get(pk=flag.pk)


def _changed_key(flag: FeatureFlag, changes: FlagChanges) -> FlagChanges:
    """Return the key that the flag gets: a wanted one, one that frees its own, or one restored."""
    is_deleted = changes.get("deleted", flag.deleted)
    wanted = changes.get("key", flag.key)
    if is_deleted and not flag.deleted:
        _check_unused(flag)
        # The key becomes free for another flag, and the experiments keep theirs.
        return (
            FlagChanges(key=f"{flag.key}:deleted:{flag.pk}") if has_experiments(flag=flag) else {}
        )
    if is_deleted:
        return {}
    if flag.deleted:
        plain = wanted.removesuffix(f":deleted:{flag.pk}")
        return FlagChanges(key=free_key(project=flag.project, key=plain))
    if wanted != flag.key:
        _check_key(flag.project, wanted)
    return {}


def _completed(flag: FeatureFlag, changes: FlagChanges) -> FlagChanges:
    """Return the changes with what follows from them, checked against what the flag keeps."""
    wanted = {**changes}
    after = {name: changes.get(name, getattr(flag, name)) for name in validation.RELATED_FIELDS}
    before = {name: getattr(flag, name) for name in validation.RELATED_FIELDS}
    validation.check_related_fields(before=before, after=after)
    if after["is_remote_configuration"]:
        wanted["filters"] = documents.with_everyone(changes.get("filters", flag.filters))
    if changes.get("active") and flag.pk and flag.performed_rollback:
        wanted["performed_rollback"] = False
    return wanted


def _check_collisions(flag: FeatureFlag, changes: FlagChanges, seen: LastSeen) -> None:
    if seen.get("version") is None or seen["version"] == flag.version:
        return
    original = seen.get("original_flag") or {}
    for name, wanted in changes.items():
        if name not in original:
            continue
        stored = getattr(flag, name)
        if original[name] not in (wanted, stored) and wanted != stored:
            by = flag.last_modified_by.email if flag.last_modified_by else "someone"
            raise Conflict(
                f"{by} changed '{name}' since you read this flag. Read it again and retry."
            )


def _check_key(project: Project, key: str) -> None:
    if find_live_flag(project=project, key=key) is not None:
        raise _taken()
    validation.check_key(key)


def _taken() -> RuleBroken:
    return RuleBroken("There is a feature flag with this key already.", attr="key", code="unique")


def _check_unused(flag: FeatureFlag) -> None:
    users = live_experiments_of(flag=flag)
    if users:
        names = ", ".join(f"{name} ({pk})" for pk, name in users)
        raise FlagInUse(f"Experiments use this flag: {names}. Delete them first.")
