"""Who of the stored persons belongs into which cohort.

Static cohorts are made of those that a flag serves, or that another cohort holds. They are
looked at in the background, a portion at a time, and by whichever process goes on when the one
that began has ended.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from cohorts.documents import CohortType
from cohorts.models import Cohort, CohortCalculation
from cohorts.selectors import (
    calculations_left,
    find_cohort,
    members_after,
    static_cohorts_by_person,
)
from cohorts.services import Portion, fail_calculation, start_calculation, take_portion
from core.db.transactions import use_case
from core.exceptions import RuleBroken
from core.ops.background import in_background
from evaluation.engine.cohorts import Cohorts, Membership
from evaluation.engine.outcomes import Reason
from evaluation.engine.subjects import Subject, merged_properties
from evaluation.selectors import (
    compile_project_flags,
    identifiers_by_person,
    list_cohort_definitions,
)
from events.models import Person
from events.selectors import persons_after
from feature_flags.filters import is_about_groups
from feature_flags.models import FeatureFlag
from feature_flags.selectors import find_flag, lock_flag
from property_filters import UnreadableFilter
from tenants.models import Project
from users.models import User

Source = CohortCalculation.Source
StoredPerson = tuple[int, int, str, dict[str, object]]
_Check = Callable[[int, Sequence[StoredPerson]], list[int]]

_logger = logging.getLogger(__name__)

# So many persons are looked at in one transaction, and after it others have the processor.
_PORTION = 1_000
_PAUSE_SECONDS = 0.01


class NobodyToFind(RuleBroken):
    """Raised when a flag or a cohort says of no stored person whether they belong in."""


class SourceIsGone(Exception):
    """Raised when what a calculation reads was deleted meanwhile."""


@use_case
def create_flag_cohort(
    *, project: Project, flag: FeatureFlag, actor: User, now: datetime
) -> Cohort:
    """Create the static cohort of the stored persons whom a flag serves; they come in later.

    :raises ETagMismatch: when the client expects another state of the flag.
    :raises NobodyToFind: when the flag is off, or about groups or devices.
    :raises NotFound: when it went with its project meanwhile.
    """
    flag = lock_flag(flag=flag)
    if flag.deleted or not flag.active:
        raise NobodyToFind("The feature flag is off, so it serves nobody.")
    if is_about_groups(flag.filters):
        raise NobodyToFind("The feature flag is about groups of people, which no cohort holds.")
    if flag.bucketing_identifier == "device_id":
        raise NobodyToFind("The feature flag tells devices apart, and nobody's device is stored.")
    name = f"Whom the feature flag {flag.key} served at {now:%Y-%m-%d %H:%M:%S}"
    return _begin(project, name, (Source.FLAG, flag.pk), actor=actor, now=now)


@use_case
def copy_cohort(*, project: Project, cohort: Cohort, actor: User, now: datetime) -> Cohort:
    """Create a static cohort of who is in another one now; they come in later.

    :raises NobodyToFind: when the other one is deleted, or cannot be evaluated: it, or a cohort
        that it is defined by, is about what people did.
    """
    if cohort.deleted:
        raise NobodyToFind("The cohort is deleted, so there is nobody to copy.")
    if cohort.cohort_type is CohortType.BEHAVIORAL:
        raise NobodyToFind("Who did something is evaluated for nobody, so there is none to copy.")
    try:
        _membership(project.pk, cohort.pk)
    except UnreadableFilter as reason:
        raise NobodyToFind(f"The cohort cannot be evaluated: {reason}") from None
    name = f"{cohort.name[:380]} (static copy)"
    return _begin(project, name, (Source.COHORT, cohort.pk), actor=actor, now=now)


def cohorts_with(*, project_id: int, person: Person) -> list[int]:
    """Return the ids of the live cohorts that a stored person is in.

    They are in no cohort that cannot be evaluated, such as one of what people did.
    """
    definitions = list_cohort_definitions(project_id=project_id)
    cohorts = Cohorts(definitions)
    stored = person.pk, person.person, person.distinct_id, person.properties
    [(subject, _)] = subjects_of(project_id, [stored])
    return [each.id for each in definitions if _belongs(cohorts, each.id, subject)]


def subjects_of(
    project_id: int, persons: Sequence[StoredPerson], *, with_cohorts: bool = True
) -> Iterator[tuple[Subject, int]]:
    """Return stored persons as subjects, each with its number.

    Without static cohorts, they are not looked up in them.
    """
    numbers = [number for _, number, _, _ in persons] if with_cohorts else []
    cohorts = static_cohorts_by_person(project_id=project_id, persons=numbers)
    for _, number, distinct_id, stored in persons:
        properties = merged_properties(stored=stored, sent={}, distinct_id=distinct_id)
        yield Subject(distinct_id, properties, static_cohort_ids=cohorts.get(number, ())), number


def continue_calculations(*, now: datetime) -> int:
    """Go on with the calculations that were left by a process that ended; return how many ended.

    One that fails is tried again by the next call.
    """
    return sum(map(_continued, calculations_left(now=now)))


def calculate(calculation_id: UUID) -> None:
    """Put everybody who belongs in into the cohort of a calculation, portion by portion."""
    portion_after = _People().portion_after
    try:
        while take_portion(
            calculation_id=calculation_id, portion_after=portion_after, now=timezone.now()
        ):
            time.sleep(_PAUSE_SECONDS)
    except (SourceIsGone, UnreadableFilter) as reason:
        fail_calculation(calculation_id=calculation_id, reason=str(reason), now=timezone.now())


def _continued(calculation_id: UUID) -> bool:
    # One calculation must not keep the others waiting.
    try:
        calculate(calculation_id)
    except Exception:
        _logger.exception("The calculation %s could not go on.", calculation_id)
        return False
    return True


def _begin(
    project: Project, name: str, source: tuple[Source, int], *, actor: User, now: datetime
) -> Cohort:
    cohort, calculation = start_calculation(
        project=project, name=name, source=source, actor=actor, now=now
    )
    transaction.on_commit(partial(in_background, partial(calculate, calculation.pk)))
    return cohort


class _People:
    """Who belongs into a cohort, by a flag or by another cohort as it was at the beginning."""

    def __init__(self) -> None:
        self._check: _Check | None = None

    def portion_after(self, calculation: CohortCalculation) -> Portion:
        """Return the next portion of a calculation."""
        project_id = calculation.cohort.project_id
        if calculation.source == Source.COHORT:
            found = find_cohort(project_id=project_id, cohort_id=calculation.source_id)
            if found is None:
                raise SourceIsGone("The cohort was deleted.")
            if found.is_static:
                return _members(calculation)
        if self._check is None:
            self._check = _check_of(project_id, calculation)
        persons = persons_after(project_id=project_id, position=calculation.position, most=_PORTION)
        members = self._check(project_id, persons)
        return Portion(members, persons[-1][0] if len(persons) == _PORTION else None)


def _members(calculation: CohortCalculation) -> Portion:
    rows = members_after(
        cohort_id=calculation.source_id, position=calculation.position, most=_PORTION
    )
    position = rows[-1][0] if len(rows) == _PORTION else None
    return Portion([person for _, person in rows], position)


def _check_of(project_id: int, calculation: CohortCalculation) -> _Check:
    if calculation.source == Source.FLAG:
        return _served_by_flag(project_id, calculation.source_id)
    return _in_cohort(project_id, calculation.source_id)


def _served_by_flag(project_id: int, flag_id: int) -> _Check:
    flag = find_flag(project_id=project_id, flag_id=flag_id)
    if flag is None:
        raise SourceIsGone("The feature flag was deleted.")
    flags, key = compile_project_flags(project_id=project_id), flag.key
    needed = flags.keys_with(key)

    def check(project_id: int, persons: Sequence[StoredPerson]) -> list[int]:
        numbers = [number for _, number, _, _ in persons]
        kept = identifiers_by_person(project_id=project_id, flag_keys=needed, persons=numbers)
        members = []
        for subject, number in subjects_of(project_id, persons):
            subject.hash_keys = kept.get(number, {})
            outcome = flags.evaluate(subject, keys=[key]).get(key)
            if outcome is not None and outcome.enabled and outcome.reason is not Reason.HOLDOUT:
                members.append(number)
        return members

    return check


def _in_cohort(project_id: int, cohort_id: int) -> _Check:
    belongs = _membership(project_id, cohort_id)

    def check(project_id: int, persons: Sequence[StoredPerson]) -> list[int]:
        return [number for subject, number in subjects_of(project_id, persons) if belongs(subject)]

    return check


def _belongs(cohorts: Cohorts, cohort_id: int, subject: Subject) -> bool:
    try:
        return cohorts.membership(cohort_id)(subject)
    except UnreadableFilter:
        return False


def _membership(project_id: int, cohort_id: int) -> Membership:
    return Cohorts(list_cohort_definitions(project_id=project_id)).membership(cohort_id)
