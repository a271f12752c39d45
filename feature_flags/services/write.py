"""The only writer of flags; each write is part of a larger transaction."""

from dataclasses import replace
from datetime import datetime
from typing import cast

from django.conf import settings

from activity.services import record_creation, record_update
from activity.snapshots import State, snapshot
from activity.subjects import FLAG
from approvals import gate
from approvals.approved import Approved
from core.db import rows
from core.db.transactions import require_transaction
from core.exceptions import InUse, RuleBroken
from feature_flags import filters as flag_filters
from feature_flags import validation
from feature_flags.changes import FlagChanges, NewFlag
from feature_flags.gated_changes import FlagState, gated_changes
from feature_flags.models import FeatureFlag
from feature_flags.redaction import redacted
from feature_flags.selectors import (
    count_live_flags,
    launched_experiments_of,
)
from feature_flags.services.keys import KeyTaken
from feature_flags.services.references import (
    NOWHERE,
    Standing,
    check_references,
    record_references,
    standing_of,
)
from feature_flags.services.uses import ASKED_USES, Uses
from feature_flags.signals import flag_updated
from tenants.levels import EXPERIMENT
from tenants.models import Project
from users.models import User


class FlagIsArchived(RuleBroken):
    """Raised when a flag shall be on and is archived."""

    default_detail = "An archived feature flag is off. Unarchive it first."


class VariantsInUse(InUse):
    """Raised when variants shall come or go that launched experiments have."""

    default_attr = "filters"
    resource = EXPERIMENT


def insert_flag(
    *,
    project: Project,
    values: NewFlag,
    actor: User,
    now: datetime,
    approval: Approved | None = None,
) -> FeatureFlag:
    """Create a flag at version 1.

    :raises ApprovalRequired: when others must agree first, to its being active or to its rollout.
    :raises RuleBroken: when the key or the filters are not valid, or the project is full.
    :raises KeyTaken: when a live flag has the key.
    """
    require_transaction()
    _check_room(project)
    validation.check_key(values["key"])
    values = values | {"filters": _first_filters(values)}
    made = {"created_by": actor, "last_modified_by": actor, "created_at": now, "updated_at": now}
    flag = FeatureFlag(**values | {"project": project} | made)
    _check_state(flag, before=NOWHERE, actor=actor)
    nothing = FlagState(id=None, key=values["key"], active=False, filters={})
    wanted = replace(nothing, active=values.get("active", True), filters=flag.filters)
    gated = gated_changes(before=nothing, after=wanted)
    gate.check(project_id=project.pk, actor=actor, changes=gated, approval=approval)
    if not rows.insert_or_ignore(flag):
        raise KeyTaken
    record_references(flag, before=NOWHERE)
    record_creation(FLAG, flag, actor=actor, now=now)
    return flag


def write_flag(
    *,
    flag: FeatureFlag,
    changes: FlagChanges,
    actor: User,
    now: datetime,
    writer: object = None,
    approval: Approved | None = None,
    uses: Uses = ASKED_USES,
) -> FeatureFlag:
    """Change a locked flag and count its version up: the one door through which flags change.

    The writer is the row, if any, whose change this is a part of; it keeps its own copy.
    :raises ApprovalRequired: when others must agree first.
    :raises DependencyIsOff: when a flag that it depends on is off.
    :raises FlagIsArchived: when it shall be on and is archived.
    :raises FlagIsNeeded: when it shall be off and another flag depends on it.
    :raises InvalidFilters: when the new filters are not valid.
    """
    require_transaction()
    before, columns, standing = state_of(flag, uses=uses), snapshot(flag), standing_of(flag)
    _set(flag, changes, before=standing, actor=actor, uses=uses)
    gated = gated_changes(before=before, after=state_of(flag, uses=uses))
    gate.check(project_id=flag.project_id, actor=actor, changes=gated, approval=approval)
    _save(flag, changes, actor=actor, now=now)
    record_references(flag, before=standing)
    record_update(FLAG, flag, before=_told(flag, columns), actor=actor, now=now)
    if "filters" in changes:
        _announce(flag, before=before.filters, writer=writer, actor=actor, now=now)
    return flag


def _save(flag: FeatureFlag, changes: FlagChanges, *, actor: User, now: datetime) -> None:
    flag.version, flag.last_modified_by, flag.updated_at = (flag.version or 0) + 1, actor, now
    rows.update(flag, columns={*changes, "version", "last_modified_by", "updated_at"})


def _announce(flag: FeatureFlag, **edit: object) -> None:
    flag_updated.send(FeatureFlag, flag=flag, **edit)


def _set(
    flag: FeatureFlag, changes: FlagChanges, *, before: Standing, actor: User, uses: Uses
) -> None:
    stored = flag.filters
    for field, value in changes.items():
        setattr(flag, field, value)
    if "filters" in changes:
        flag.filters = flag_filters.normalised(changes["filters"])
        validation.check_filters(flag.filters, stored=stored)
        _check_variants_stay(flag, stored=stored)
    _check_state(flag, before=before, actor=actor, uses=uses)


def _check_state(
    flag: FeatureFlag, *, before: Standing, actor: User, uses: Uses = ASKED_USES
) -> None:
    if flag.archived and flag.active:
        raise FlagIsArchived
    check_references(flag, before=before, actor=actor, uses=uses)


def _check_variants_stay(flag: FeatureFlag, *, stored: flag_filters.Document) -> None:
    before, after = flag_filters.variant_keys(stored), flag_filters.variant_keys(flag.filters)
    if sorted(map(str, before)) == sorted(map(str, after)):
        return
    if launched := launched_experiments_of(flag=flag):
        raise VariantsInUse(
            "The keys of the variants are fixed while launched experiments use them: {}. "
            "Reset or archive these first.",
            things=launched,
        )


def _told(flag: FeatureFlag, columns: State) -> State:
    # What is secret from now on is not told either.
    if not flag.has_encrypted_payloads:
        return columns
    return columns | {"filters": redacted(cast("flag_filters.Document", columns["filters"]))}


def _first_filters(values: NewFlag) -> flag_filters.Document:
    if "filters" not in values:
        return {"groups": []}
    filters = flag_filters.normalised(values["filters"])
    validation.check_filters(filters)
    validation.check_no_new_freeze(filters)
    return filters


def _check_room(project: Project) -> None:
    # Wire quirk: no-limit-of-flags, see docs/quirks.md.
    most = settings.MAX_FEATURE_FLAGS_PER_PROJECT
    if most and count_live_flags(project=project) >= most:
        raise RuleBroken(f"A project has at most {most} feature flags. Delete one first.")


def state_of(flag: FeatureFlag, *, uses: Uses = ASKED_USES) -> FlagState:
    """Return what the gate looks at in a flag."""
    return FlagState(
        id=flag.pk,
        key=flag.key,
        active=flag.active,
        filters=flag.filters,
        deleted=bool(flag.deleted),
        version=flag.version,
        has_experiments=lambda: uses.has_experiments(flag),
        updated_at=flag.updated_at,
        evaluation_runtime=flag.evaluation_runtime,
        evaluation_contexts=[*(flag.evaluation_contexts or ())],
    )
