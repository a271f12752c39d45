"""Creating and updating flags through their own endpoints."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from typing import cast

from django.db import IntegrityError, transaction

from approvals.approved import Approved
from core.db.transactions import use_case
from feature_flags import filters as flag_filters
from feature_flags import validation
from feature_flags.changes import FlagChanges, LastSeen, NewFlag
from feature_flags.models import FeatureFlag
from feature_flags.selectors import governing_holdout_ids, lock_flag
from feature_flags.services.collisions import check_collisions
from feature_flags.services.encrypt import encrypt_changes
from feature_flags.services.keys import KeyTaken, check_new_key, key_after
from feature_flags.services.write import FlagIsArchived, insert_flag, write_flag
from tenants.models import Project
from users.models import User


@use_case
def create_flag(
    *,
    project: Project,
    values: NewFlag,
    actor: User,
    now: datetime,
    approval: Approved | None = None,
) -> FeatureFlag:
    """Create a flag.

    :raises ApprovalRequired: when others must agree to it first.
    :raises KeyTaken: when another flag has the key.
    :raises RuleBroken: when a value is not valid, or the project is full.
    """
    check_new_key(project=project, key=values["key"])
    values = cast("NewFlag", completed(FeatureFlag(), values))
    if "filters" in values and not values["filters"].get("groups"):
        raise validation.InvalidFilters("A new flag's filters need at least one group.")
    return insert_flag(project=project, values=values, actor=actor, now=now, approval=approval)


@use_case
def update_flag(
    *,
    flag: FeatureFlag,
    changes: FlagChanges,
    seen: LastSeen,
    actor: User,
    now: datetime,
    approval: Approved | None = None,
) -> FeatureFlag:
    """Change a flag, and the variants in the parameters of its experiments with it.

    :raises ApprovalRequired: when others must agree first; nothing is changed then.
    :raises Conflict: when someone else changed the same field since the client saw the flag.
    :raises ETagMismatch: when the client expects another state of it.
    :raises FlagInUse: when it shall be deleted and experiments need it.
    :raises InvalidFilters: for filters without groups, another holdout or a new freeze.
    :raises KeyTaken: when another flag has the wanted key.
    """
    flag = lock_flag(flag=flag)
    if "filters" in changes:
        changes = changes | {"filters": _whole_filters(flag, changes["filters"])}
    check_collisions(flag=flag, changes=changes, seen=seen)
    if (key := key_after(flag=flag, changes=changes)) != flag.key:
        changes = changes | {"key": key}
    changes = completed(flag, changes)
    with _key_collisions_refused(changes):
        write_flag(flag=flag, changes=changes, actor=actor, now=now, approval=approval)
    return flag


@contextmanager
def _key_collisions_refused(changes: FlagChanges) -> Iterator[None]:
    # Only these two can meet another flag's key.
    may_collide = changes.keys() & {"key", "deleted"}
    try:
        with transaction.atomic() if may_collide else nullcontext():
            yield
    except IntegrityError:
        raise KeyTaken from None


def _whole_filters(flag: FeatureFlag, sent: flag_filters.Document) -> flag_filters.Document:
    if not flag_filters.is_change(sent):
        raise validation.InvalidFilters(
            "filters are replaced whole: send them with their groups, or leave them out."
        )
    validation.check_no_new_freeze(sent, stored=flag.filters)
    kept = flag.filters.get("holdout")
    if kept is None or sent.get("holdout") == kept:
        return sent
    if kept.get("id") not in governing_holdout_ids(flag=flag):
        return sent
    if sent.get("holdout") is not None:
        raise validation.InvalidFilters(
            "A holdout of an experiment governs this flag. Change the holdout, not the flag."
        )
    return flag_filters.with_holdout(sent, holdout=kept)


def completed(flag: FeatureFlag, changes: FlagChanges) -> FlagChanges:
    """Return the changes with what follows from them, checked against what the flag keeps.

    :raises FlagIsArchived: when it shall be both on and archived.
    :raises RuleBroken: when the changes do not go together, or with what the flag keeps.
    """
    before = {name: getattr(flag, name) for name in validation.RELATED_FIELDS}
    after = {name: changes.get(name, before[name]) for name in before}
    validation.check_related_fields(before=before, after=after)
    wanted = changes.copy()
    if changes.get("archived", flag.archived):
        if changes.get("active"):
            raise FlagIsArchived(attr="active")
        if flag.active:
            wanted["active"] = False
    if after["is_remote_configuration"] and (
        "filters" in changes or not before["is_remote_configuration"]
    ):
        wanted["filters"] = flag_filters.with_everyone(changes.get("filters", flag.filters))
    if changes.get("active") and flag.performed_rollback:
        wanted["performed_rollback"] = False
    return encrypt_changes(flag=flag, changes=wanted)
