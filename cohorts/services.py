"""Every write to cohorts and to the members of static ones."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import TypedDict
from uuid import UUID

from activity.services import record_creation, record_update
from activity.snapshots import snapshot
from activity.subjects import COHORT
from cohorts.documents import MAX_DEPTH, CohortType, Document, needed_cohorts
from cohorts.models import Cohort, CohortMember
from cohorts.selectors import (
    active_flags_of,
    dependents_of,
    lock_cohort,
    lock_needed_cohorts,
    persons_with,
)
from cohorts.validation import InvalidCohortFilters, check_filters
from core.db import rows
from core.db.transactions import require_transaction, use_case
from core.exceptions import NotFound, RuleBroken
from tenants.models import Project
from users.models import User

MAX_PERSONS = 10_000


class CohortIsNeeded(RuleBroken):
    """Raised when a cohort shall go, or become unusable, while active flags ask for it."""


class NoMembers(RuleBroken):
    """Raised when persons cannot be put into a cohort, or taken out of it."""


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
        _add(cohort, person_uuids)
    return cohort


def insert_cohort(*, project: Project, values: CohortChanges, actor: User, now: datetime) -> Cohort:
    """Create a cohort as a part of a larger change.

    :raises InvalidCohortFilters: when the definition cannot be used, or is missing.
    """
    require_transaction()
    given = {name: value for name, value in values.items() if name != "deleted"}
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

    :raises CohortIsNeeded: when it is deleted, or made behavioral, and active flags ask for it.
    :raises InvalidCohortFilters: when the new definition cannot be used.
    :raises NotFound: when the cohort is gone.
    """
    cohort = _locked(project, cohort_id)
    before, kind, was_deleted = snapshot(cohort), cohort.cohort_type, cohort.deleted
    if changes.get("is_static", cohort.is_static) != cohort.is_static:
        raise RuleBroken("A cohort stays static or dynamic. Create another one.", attr="is_static")
    for name, value in changes.items():
        setattr(cohort, name, value)
    if ("filters" in changes or (was_deleted and not cohort.deleted)) and not cohort.is_static:
        check_filters(cohort.filters)
        _check_needs(cohort)
    if cohort.cohort_type is CohortType.BEHAVIORAL and kind is not CohortType.BEHAVIORAL:
        _check_unneeded({cohort.pk} | dependents_of(cohort=cohort))
    if cohort.deleted and not was_deleted:
        _check_unneeded({cohort.pk})
        _check_no_dependents(cohort)
        cohort.experiments.update(exposure_cohort=None)
    cohort.version += 1
    cohort.updated_at = now
    rows.update(cohort, columns={*changes, "version", "updated_at"})
    record_update(COHORT, cohort, before=before, actor=actor, now=now)
    return cohort


@use_case
def add_persons(*, project: Project, cohort_id: int, person_uuids: Sequence[UUID]) -> None:
    """Put stored persons into a static cohort; who is in it already stays.

    :raises NoMembers: when it is not static, or none of the persons is known.
    :raises NotFound: when the cohort is gone.
    """
    cohort = _locked(project, cohort_id)
    if not _add(cohort, person_uuids):
        raise NoMembers("None of these persons is known.", attr="person_ids")


@use_case
def remove_person(*, project: Project, cohort_id: int, person_uuid: UUID) -> None:
    """Take a person out of a static cohort.

    :raises NoMembers: when it is not static.
    :raises NotFound: when the cohort is gone, or the person unknown or not in it.
    """
    cohort = _locked(project, cohort_id)
    _check_static(cohort)
    numbers = persons_with(project_id=project.pk, uuids=[person_uuid])
    gone, _ = cohort.members.filter(person__in=numbers).delete()
    if not gone:
        raise NotFound("This person is not in the cohort.")


def _add(cohort: Cohort, person_uuids: Sequence[UUID]) -> int:
    _check_static(cohort)
    numbers = persons_with(project_id=cohort.project_id, uuids=person_uuids)
    members = [
        CohortMember(cohort=cohort, project_id=cohort.project_id, person=number)
        for number in numbers
    ]
    CohortMember.objects.bulk_create(members, ignore_conflicts=True)
    return len(members)


def _locked(project: Project, cohort_id: int) -> Cohort:
    try:
        return lock_cohort(project_id=project.pk, cohort_id=cohort_id)
    except Cohort.DoesNotExist:
        raise NotFound from None


def _check_static(cohort: Cohort) -> None:
    if not cohort.is_static:
        raise NoMembers("Only static cohorts have members that are put in by name.")


def _check_needs(cohort: Cohort) -> None:
    needs = needed_cohorts(cohort.filters)
    levels = lock_needed_cohorts(project_id=cohort.project_id, ids=needs)
    known = {pk for level in levels for pk in level}
    if missing := sorted(needs - known):
        raise InvalidCohortFilters(f"There is no cohort with the id {missing[0]}.")
    if cohort.pk in known | needs:
        raise InvalidCohortFilters("Cohorts cannot be defined by each other in a circle.")
    if len(levels) >= MAX_DEPTH:
        raise InvalidCohortFilters(f"Cohorts are nested in {MAX_DEPTH} levels at most.")


def _check_unneeded(cohort_ids: Collection[int]) -> None:
    if keys := active_flags_of(cohort_ids=cohort_ids):
        raise CohortIsNeeded(
            f"Active feature flags ask for this cohort: {_listed(keys)}. Change them first."
        )


def _check_no_dependents(cohort: Cohort) -> None:
    if found := sorted(dependents_of(cohort=cohort)):
        raise CohortIsNeeded(
            f"Other cohorts are defined by this one: {_listed(map(str, found))}. Change them first."
        )


def _listed(names: Iterable[str]) -> str:
    first = list(names)
    return ", ".join(first[:10]) + (" …" if len(first) > 10 else "")


def forget_person(project_id: int, actors: Sequence[int]) -> None:
    """Delete the memberships in static cohorts of the person with these numbers."""
    CohortMember.objects.filter(project_id=project_id, person__in=actors).delete()
