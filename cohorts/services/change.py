"""Creating and changing cohorts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypedDict
from uuid import UUID

from django.db import transaction

from actions.selectors import missing_actions
from activity.services import record_creation, record_update
from activity.snapshots import snapshot
from activity.subjects import COHORT
from cohorts.documents import (
    MAX_DEPTH,
    CohortType,
    Document,
    needed_actions,
    nesting_depth,
)
from cohorts.models import MAX_NAME_LENGTH, Cohort
from cohorts.selectors import (
    active_flags_of,
    dependents_of,
    list_dependents,
    lock_cohort,
    lock_needed_cohorts,
)
from cohorts.services.members import add_stored_persons, insert_members
from cohorts.validation import InvalidCohortFilters, check_filters
from core.db import rows
from core.db.transactions import require_transaction, use_case
from core.exceptions import InUse, NotFound, RuleBroken, not_in_project
from tenants.levels import FEATURE_FLAG
from tenants.models import Project
from users.models import User


class CohortIsNeeded(InUse):
    """Raised when a cohort shall go, or become unusable, while active flags ask for it."""

    resource = FEATURE_FLAG


class CohortChanges(TypedDict, total=False):
    """What shall change in a cohort: an absent key leaves its field alone."""

    name: str
    description: str
    deleted: bool
    filters: Document
    is_static: bool
    folder: str | None


@use_case
def create_cohort(
    *,
    project: Project,
    values: CohortChanges,
    actor: User,
    now: datetime,
    person_uuids: Sequence[UUID] = (),
) -> Cohort:
    """Create a cohort; a static one has the persons with these uuids as its members.

    :raises InvalidCohortFilters: when the definition cannot be used, or is missing.
    :raises NoMembers: when persons are named for a cohort that is not static.
    """
    cohort = insert_cohort(project=project, values=values, actor=actor, now=now)
    if person_uuids:
        add_stored_persons(cohort, person_uuids)
    return cohort


def insert_cohort(*, project: Project, values: CohortChanges, actor: User, now: datetime) -> Cohort:
    """Create a cohort as a part of a larger change; a name that is too long is cut.

    :raises InvalidCohortFilters: when the definition cannot be used, or is missing.
    """
    require_transaction()
    given = {name: value for name, value in values.items() if name != "deleted"}
    # A name that is made of another one can be longer than any that is sent.
    given["name"] = values["name"][:MAX_NAME_LENGTH]
    cohort = Cohort(
        **given, project=project, created_by=actor, created_at=now, updated_at=now, version=1
    )
    if not cohort.is_static:
        check_filters(cohort.filters)
        _check_needs(cohort)
    rows.insert(cohort)
    record_creation(COHORT, cohort, actor=actor, now=now)
    return cohort


@use_case
def update_cohort(
    *, project: Project, cohort_id: int, changes: CohortChanges, actor: User, now: datetime
) -> Cohort:
    """Change a cohort; the flags that ask for it decide by the change at the next request.

    :raises CohortIsNeeded: when it is deleted, or made behavioral by itself or by a cohort that it
        needs, and active flags ask for it.
    :raises InvalidCohortFilters: when the new definition cannot be used.
    :raises NotFound: when the cohort is gone.
    """
    cohort = lock_cohort(project_id=project.pk, cohort_id=cohort_id)
    before, was_deleted, stored = snapshot(cohort), cohort.deleted, cohort.filters
    if changes.get("is_static", cohort.is_static) != cohort.is_static:
        raise RuleBroken("A cohort stays static or dynamic. Create another one.", attr="is_static")
    for name, value in changes.items():
        setattr(cohort, name, value)
    if ("filters" in changes or (was_deleted and not cohort.deleted)) and not cohort.is_static:
        _check_new_definition(cohort, stored=stored)
    if cohort.deleted and not was_deleted:
        _check_unneeded({cohort.pk})
        _check_no_dependents(cohort)
        cohort.experiments.update(exposure_cohort=None)
    cohort.version += 1
    cohort.updated_at = now
    rows.update(cohort, columns={*changes, "version", "updated_at"})
    record_update(COHORT, cohort, before=before, actor=actor, now=now)
    return cohort


def insert_snapshot(
    *, project: Project, name: str, persons: Collection[int], actor: User, now: datetime
) -> Cohort:
    """Create a static cohort of these persons, by their numbers, as a part of a larger change."""
    values = CohortChanges(name=name, is_static=True)
    cohort = insert_cohort(project=project, values=values, actor=actor, now=now)
    insert_members(cohort, persons)
    return cohort


def retire_cohort(*, project: Project, cohort_id: int, actor: User, now: datetime) -> None:
    """Delete a cohort as a part of a larger change, unless something else still asks for it."""
    require_transaction()
    try:
        # A savepoint: the larger change goes on without it.
        with transaction.atomic():
            update_cohort.in_transaction(
                project=project,
                cohort_id=cohort_id,
                changes={"deleted": True},
                actor=actor,
                now=now,
            )
    except (CohortIsNeeded, NotFound):
        return


def _check_new_definition(cohort: Cohort, *, stored: Document) -> None:
    check_filters(cohort.filters, stored=stored)
    needed = _check_needs(cohort, known_actions=needed_actions(stored))
    if any(each.cohort_type is CohortType.BEHAVIORAL for each in (cohort, *needed)):
        _check_unneeded({cohort.pk} | dependents_of(cohort=cohort))


def _check_needs(cohort: Cohort, *, known_actions: Collection[int] = ()) -> list[Cohort]:
    # Wire quirk: references-belong-to-the-project, see docs/quirks.md.
    added = needed_actions(cohort.filters).difference(known_actions)
    if gone := missing_actions(project=cohort.project, ids=added):
        raise InvalidCohortFilters(not_in_project("action", gone))
    levels = lock_needed_cohorts(project_id=cohort.project_id, ids=cohort.needs)
    needed = {pk: row for level in levels for pk, row in level.items()}
    if missing := sorted(cohort.needs - needed.keys()):
        raise InvalidCohortFilters(f"There is no cohort with the id {missing[0]}.")
    if cohort.pk in needed.keys() | cohort.needs:
        raise InvalidCohortFilters("Cohorts cannot be defined by each other in a circle.")
    _check_depth(cohort, needed)
    return list(needed.values())


def _check_depth(cohort: Cohort, needed: Mapping[int, Cohort]) -> None:
    below = nesting_depth({pk: row.needs for pk, row in needed.items()}, cohort.needs)
    above = 0
    if cohort.pk is not None:
        dependents = list_dependents(project_id=cohort.project_id)
        above = nesting_depth(dependents, dependents.get(cohort.pk, ()))
    if above + 1 + below > MAX_DEPTH:
        raise InvalidCohortFilters(f"Cohorts are nested in {MAX_DEPTH} levels at most.")


def _check_unneeded(cohort_ids: Collection[int]) -> None:
    if flags := active_flags_of(cohort_ids=cohort_ids):
        raise CohortIsNeeded(
            "Active feature flags ask for this cohort: {}. Change them first.", things=flags
        )


def _check_no_dependents(cohort: Cohort) -> None:
    if found := sorted(dependents_of(cohort=cohort)):
        ids = _listed(map(str, found))
        raise CohortIsNeeded(
            f"Other cohorts are defined by this one: {ids}. Change them first.", things=()
        )


def _listed(names: Iterable[str]) -> str:
    first = list(names)
    return ", ".join(first[:10]) + (" …" if len(first) > 10 else "")
