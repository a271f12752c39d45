"""Who is in a static cohort: every write to its members."""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import connection

from cohorts.models import Cohort, CohortMember
from cohorts.selectors import actors_with, lock_cohort, persons_with
from core.db.number_lists import numbers_parameter, numbers_table
from core.db.transactions import require_transaction, use_case
from core.exceptions import NotFound, RuleBroken
from tenants.models import Project

MAX_PERSONS = 10_000


class NoMembers(RuleBroken):
    """Raised when persons cannot be put into a cohort, or taken out of it."""


@use_case
def add_persons(*, project: Project, cohort_id: int, person_uuids: Sequence[UUID]) -> None:
    """Put stored persons into a static cohort; who is in it already stays.

    :raises NoMembers: when it is not static, or none of the persons is known.
    :raises NotFound: when the cohort is gone.
    """
    cohort = lock_cohort(project_id=project.pk, cohort_id=cohort_id)
    if not add_stored_persons(cohort, person_uuids):
        raise NoMembers("None of these persons is known.", attr="person_ids")


@use_case
def remove_person(*, project: Project, cohort_id: int, person_uuid: UUID) -> None:
    """Take a person out of a static cohort; it changes nothing when they are not in it.

    :raises NoMembers: when it is not static.
    :raises NotFound: when the cohort is gone, or the person unknown.
    """
    cohort = lock_cohort(project_id=project.pk, cohort_id=cohort_id)
    _check_static(cohort)
    actors = actors_with(cohort=cohort, uuid=person_uuid)
    if not actors:
        raise NotFound("This person is not known.")
    cohort.members.filter(person__in=actors).delete()


def add_stored_persons(cohort: Cohort, person_uuids: Sequence[UUID]) -> int:
    """Put stored persons into a locked cohort; return how many of them are known.

    :raises NoMembers: when it is not static.
    """
    _check_static(cohort)
    numbers = persons_with(project_id=cohort.project_id, uuids=person_uuids)
    insert_members(cohort, numbers)
    return len(numbers)


def insert_members(cohort: Cohort, persons: Collection[int]) -> int:
    """Put persons into a static cohort by their numbers; return how many were not in it.

    It is one statement, however many they are.
    """
    require_transaction()
    table = CohortMember._meta.db_table  # noqa: SLF001
    sql = (
        f"INSERT INTO {table} (cohort_id, project_id, person)"  # noqa: S608
        f" SELECT %s, %s, n.number FROM {numbers_table(connection)} WHERE true"
        " ON CONFLICT DO NOTHING"
    )
    with connection.cursor() as cursor:
        parameter = numbers_parameter(connection, persons)
        cursor.execute(sql, [cohort.pk, cohort.project_id, parameter])
        return int(cursor.rowcount)


def forget_person(project_id: int, actors: Sequence[int]) -> None:
    """Delete the memberships in static cohorts of the person with these numbers."""
    CohortMember.objects.filter(project_id=project_id, person__in=actors).delete()


def _check_static(cohort: Cohort) -> None:
    if not cohort.is_static:
        raise NoMembers("Only static cohorts have members that are put in by name.")
