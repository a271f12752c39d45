"""Changing the tags of many objects at once."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, TypedDict

from activity.services import record_update
from activity.snapshots import snapshot
from core.db import rows
from core.db.batches import batched
from core.db.transactions import use_case
from tags.registry import TaggedKind
from tags.selectors import lock_tagged
from tags.validation import MAX_TAGS, check_size, tidied
from tenants.access import Access
from tenants.models import Project
from users.models import User

# One sentence for what is not there and for what must not be changed: it tells nobody which.
NOT_EDITABLE = "There is no such object here that you may edit."
TOO_MANY = f"It would have more than {MAX_TAGS} tags."


class TagAction(StrEnum):
    """What shall be done with the tags that are sent."""

    ADD = "add"
    REMOVE = "remove"
    SET = "set"


class Tagged(TypedDict):
    """An object and all of its tags now."""

    id: int
    tags: list[str]


class Skipped(TypedDict):
    """An object that was left as it is, and why."""

    id: int
    reason: str


class TagsUpdated(TypedDict):
    """What became of each object."""

    updated: list[Tagged]
    skipped: list[Skipped]


@use_case
def update_tags(
    *,
    kind: TaggedKind,
    project: Project,
    ids: Sequence[int],
    action: TagAction,
    tags: Collection[str],
    access: Access,
    actor: User,
    now: datetime,
) -> TagsUpdated:
    """Add tags to objects, take them away or replace all of theirs, and say what each has now.

    What is not there, or not the caller's to change, is skipped.

    :raises RuleBroken: when there are too many tags for so many objects.
    """
    wanted = dict.fromkeys(ids)
    check_size(ids=wanted, tags=tags)
    found = lock_tagged(kind=kind, project=project, ids=wanted)
    editable = {row.pk: row for row in found if access.may_write(kind.resource, row)}
    after = {pk: _after(row.tags, action, tags) for pk, row in editable.items()}
    full = {pk for pk, row in editable.items() if len(after[pk]) > max(MAX_TAGS, len(row.tags))}
    kept = [editable[pk] for pk in wanted if pk in editable and pk not in full]
    _write(kind, [row for row in kept if row.tags != after[row.pk]], after, actor=actor, now=now)
    left = [pk for pk in wanted if pk in full or pk not in editable]
    return TagsUpdated(
        updated=[Tagged(id=row.pk, tags=after[row.pk]) for row in kept],
        skipped=[Skipped(id=pk, reason=TOO_MANY if pk in full else NOT_EDITABLE) for pk in left],
    )


def _after(before: Sequence[str], action: TagAction, tags: Collection[str]) -> list[str]:
    if action is TagAction.ADD:
        return tidied([*before, *tags])
    if action is TagAction.REMOVE:
        gone = set(tags)
        return [tag for tag in before if tag not in gone]
    return tidied(tags)


def _write(
    kind: TaggedKind,
    tagged: Sequence[Any],
    after: dict[int, list[str]],
    *,
    actor: User,
    now: datetime,
) -> None:
    with batched():
        for row in tagged:
            before = snapshot(row)
            changes = {**kind.touch(row, actor, now), "tags": after[row.pk]}
            for column, value in changes.items():
                setattr(row, column, value)
            rows.update(row, columns=changes)
            record_update(kind.subject, row, before=before, actor=actor, now=now)
