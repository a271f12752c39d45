"""Deleting many flags at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from graphlib import TopologicalSorter
from typing import NotRequired, TypedDict

from approvals.gate import ApprovalRequired, PolicyConflict
from core.db.batches import batched
from core.db.transactions import use_case
from core.exceptions import RuleBroken, first_message
from feature_flags.changes import FlagChanges
from feature_flags.filters import RolloutState, everyones_variant, rollout_state
from feature_flags.models import FeatureFlag
from feature_flags.selections import Selection, check_number
from feature_flags.selectors import (
    dependencies_among,
    ids_of,
    list_selected_flags,
    lock_flags,
)
from feature_flags.services.keys import check_unused, key_when_deleted
from feature_flags.services.uses import KnownUses
from feature_flags.services.write import write_flag
from tenants.access import Access
from tenants.levels import FEATURE_FLAG, scale_of
from users.models import User


class Deleted(TypedDict):
    """A flag that is deleted now: its key and how far it was rolled out until then."""

    id: int
    key: str
    rollout_state: str
    active_variant: object


class Refused(TypedDict):
    """A flag that is not deleted; without a key where there is none to tell."""

    id: int
    key: NotRequired[str]
    reason: str


@dataclass(frozen=True)
class Deletion:
    """Who deletes, and when."""

    actor: User
    now: datetime


class Deletions(TypedDict):
    """What became of each flag."""

    deleted: list[Deleted]
    errors: list[Refused]


@use_case
def delete_flags(*, selection: Selection, access: Access, actor: User, now: datetime) -> Deletions:
    """Delete each of these flags as an edit would, and tell which ones were refused, and why.

    All of them are one transaction, like every other request: a caller who hears nothing can be
    sure that either all or none of it was done. And only together can flags go of which one needs
    another. A refusal is no failure: it undoes nothing but the deletion of that flag.

    :raises BadSelection: when they are too many.
    """
    meant = list_selected_flags(access=access, selection=selection, now=now)
    if not selection.ids:
        meant = access.visible(FEATURE_FLAG, meant)
    ids = ids_of(meant)
    check_number(len(ids))
    lock_flags(flag_ids=ids)
    # Asked again: what somebody changed while the locks were waited for may not be meant any more.
    found = {flag.pk: flag for flag in meant.filter(pk__in=ids)}
    done = _delete_each(found, access=access, by=Deletion(actor=actor, now=now))
    deleted, errors = done["deleted"], done["errors"]
    errors += [_unknown(pk) for pk in selection.ids if pk not in found]
    places = {pk: place for place, pk in enumerate(selection.ids or found)}
    for told in (deleted, errors):
        told.sort(key=lambda each: places[each["id"]])
    return Deletions(deleted=deleted, errors=errors)


def _delete_each(flags: Mapping[int, FeatureFlag], *, access: Access, by: Deletion) -> Deletions:
    done, uses = Deletions(deleted=[], errors=[]), KnownUses(flags)
    with batched():
        for flag in _dependents_first(flags):
            as_found = _deleted(flag)
            if reason := _refusal(flag, access=access, uses=uses, by=by):
                done["errors"].append(_refused(flag, reason, access))
            else:
                done["deleted"].append(as_found)
    return done


def _refusal(flag: FeatureFlag, *, access: Access, uses: KnownUses, by: Deletion) -> str | None:
    """Delete a flag that is locked, or say why it is not."""
    if not access.reaches(scale_of(FEATURE_FLAG).writing, FEATURE_FLAG, flag):
        return "You do not have editor access to this feature flag."
    if flag.deleted:
        return "This feature flag is deleted already."
    try:
        # What is refused leaves nothing behind: it is asked before anything is written.
        _delete(flag, uses=uses, by=by)
    except RuleBroken as error:
        return first_message(access.told(error))
    except (ApprovalRequired, PolicyConflict):
        return "Others must agree to this first. Send a PATCH of `deleted` for this flag alone."
    return None


def _delete(flag: FeatureFlag, *, uses: KnownUses, by: Deletion) -> None:
    key = flag.key
    check_unused(users=uses.live_experiments(flag))
    changes = FlagChanges(deleted=True)
    if uses.has_any_experiments(flag):
        changes["key"] = key_when_deleted(flag, key)
    try:
        write_flag(flag=flag, changes=changes, actor=by.actor, now=by.now, uses=uses)
    except Exception:
        # As it was found, for whoever tells that it stays.
        flag.key, flag.deleted = key, False
        raise
    uses.forget(flag)


def _dependents_first(flags: Mapping[int, FeatureFlag]) -> Iterator[FeatureFlag]:
    # Nobody needs a flag any more once those are gone that did.
    dependents: dict[int, set[int]] = {pk: set() for pk in sorted(flags)}
    for dependent, needed in dependencies_among(flags):
        dependents[needed].add(dependent)
    return (flags[pk] for pk in TopologicalSorter(dependents).static_order())


def _deleted(flag: FeatureFlag) -> Deleted:
    # As it was found: its deletion may change the key.
    state = rollout_state(flag.filters, active=flag.active)
    variant = everyones_variant(flag.filters) if state is RolloutState.FULL else None
    return Deleted(id=flag.pk, key=flag.key, rollout_state=state, active_variant=variant)


def _refused(flag: FeatureFlag, reason: str, access: Access) -> Refused:
    if access.reaches(scale_of(FEATURE_FLAG).reading, FEATURE_FLAG, flag):
        return Refused(id=flag.pk, key=flag.key, reason=reason)
    return Refused(id=flag.pk, reason=reason)


def _unknown(pk: int) -> Refused:
    return Refused(id=pk, reason="There is no such feature flag in this project.")
