"""Every write to holdouts, and to the flags they govern."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

from activity.services import record_creation, record_deletion, record_update
from activity.snapshots import State, snapshot
from activity.subjects import HOLDOUT
from approvals import gate
from approvals.approved import Approved
from approvals.gated_change import GatedChange
from core.db import rows
from core.db.batches import batched
from core.db.transactions import use_case
from feature_flags import filters as flag_filters
from feature_flags.changes import FlagChanges
from feature_flags.models import FeatureFlag
from feature_flags.selectors import lock_flags
from feature_flags.services import write_flag
from holdouts.gated_changes import deletion_of, percentage_of, update_of
from holdouts.models import Holdout
from holdouts.selectors import flags_run_by_others, governed_flag_ids, lock_holdout
from tenants.models import Project
from users.models import User

Group = dict[str, object]


class HoldoutChanges(TypedDict, total=False):
    """What shall change in a holdout: an absent key leaves its field alone."""

    name: str
    description: str | None
    filters: list[Group]


@use_case
def create_holdout(
    *, project: Project, values: HoldoutChanges, actor: User, now: datetime
) -> Holdout:
    """Create a holdout; without filters it keeps nobody out."""
    groups = values.get("filters") or [{"properties": [], "rollout_percentage": 0}]
    holdout = Holdout(
        **values | {"filters": groups},
        project=project,
        created_by=actor,
        created_at=now,
        updated_at=now,
    )
    rows.insert(holdout)
    # The variant carries the id, which the row has only now.
    holdout.filters = _with_variant(groups, holdout_id=holdout.pk)
    rows.update(holdout, columns=["filters"])
    record_creation(HOLDOUT, holdout, actor=actor, now=now)
    return holdout


@use_case
def update_holdout(
    *,
    project: Project,
    holdout_id: int,
    changes: HoldoutChanges,
    actor: User,
    now: datetime,
    approval: Approved | None = None,
) -> Holdout:
    """Change a holdout; a change of its filters reaches the flags of all its experiments.

    :raises ApprovalRequired: when others must agree first; nothing is changed then.
    :raises InvalidFilters: when a governed flag cannot take the change; nothing is changed then.
    :raises NotFound: when the holdout was deleted meanwhile.
    """
    holdout = lock_holdout(project_id=project.pk, holdout_id=holdout_id)
    state = snapshot(holdout)
    if "filters" in changes:
        # Assigned even when they are equal: to Python 1 equals true, to readers it does not.
        before, new = holdout.filters, changes["filters"]
        holdout.filters = _with_variant(new, holdout_id=holdout.pk)
        if new != before:
            change = update_of(holdout, before=before, after=holdout.filters, changes=changes)
            is_felt = _write_to_flags(holdout, entry=_entry(holdout), actor=actor, now=now)
            if is_felt or percentage_of(before) != percentage_of(holdout.filters):
                _ask(project, change, actor, approval)
    return _saved(holdout, changes, state, actor, now)


def _saved(
    holdout: Holdout, changes: HoldoutChanges, state: State, actor: User, now: datetime
) -> Holdout:
    holdout.name = changes.get("name", holdout.name)
    holdout.description = changes.get("description", holdout.description)
    holdout.updated_at = now
    rows.update(holdout, columns=[*changes, "updated_at"])
    record_update(HOLDOUT, holdout, before=state, actor=actor, now=now)
    return holdout


@use_case
def delete_holdout(
    *,
    project: Project,
    holdout_id: int,
    actor: User,
    now: datetime,
    approval: Approved | None = None,
) -> None:
    """Delete a holdout and release the flags of its experiments from it.

    :raises ApprovalRequired: when others must agree first; nothing is changed then.
    :raises NotFound: when the holdout was deleted meanwhile.
    """
    holdout = lock_holdout(project_id=project.pk, holdout_id=holdout_id)
    change = deletion_of(holdout)
    _write_to_flags(holdout, entry=None, actor=actor, now=now)
    _ask(project, change, actor, approval)
    record_deletion(HOLDOUT, holdout, actor=actor, now=now)
    holdout.delete()


def _write_to_flags(
    holdout: Holdout, *, entry: flag_filters.Document | None, actor: User, now: datetime
) -> bool:
    """Write the holdout into its flags and tell whether one of them serves others now."""
    flags = _own_flags(holdout, lock_flags(flag_ids=governed_flag_ids(holdout=holdout)))
    is_felt = any(flag.filters.get("holdout") != entry for flag in flags)
    with batched():
        for flag in flags:
            changes = FlagChanges(filters=flag_filters.with_holdout(flag.filters, holdout=entry))
            # A part of the holdout's change, which is asked about as a whole.
            write_flag(flag=flag, changes=changes, actor=actor, now=now, approval=Approved())
    return is_felt


def _own_flags(holdout: Holdout, flags: Sequence[FeatureFlag]) -> list[FeatureFlag]:
    # Experiments of several holdouts may share a flag, which has one of these, or none yet.
    governing = {flag.pk: (flag.filters.get("holdout") or {}).get("id") for flag in flags}
    without = [pk for pk, holdout_id in governing.items() if holdout_id is None]
    taken = flags_run_by_others(holdout=holdout, flag_ids=without) if without else set()
    return [
        flag for flag in flags if governing[flag.pk] in (None, holdout.pk) and flag.pk not in taken
    ]


def _entry(holdout: Holdout) -> flag_filters.Document | None:
    return flag_filters.holdout_entry(holdout_id=holdout.pk, groups=holdout.filters)


def _ask(project: Project, change: GatedChange, actor: User, approval: Approved | None) -> None:
    # Asked last, so that what no flag can take is refused and not sent to the approvers.
    gate.check(project_id=project.pk, actor=actor, changes=[change], approval=approval)


def _with_variant(groups: Sequence[Group], *, holdout_id: int) -> list[Group]:
    return [group | {"variant": f"holdout-{holdout_id}"} for group in groups]
