"""Putting people into a static cohort in portions, each one transaction.

Who they are, an app above this one knows: it says so portion by portion.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from cohorts.models import Cohort, CohortCalculation
from cohorts.selectors import lock_calculation
from cohorts.services.change import CohortChanges, insert_cohort
from cohorts.services.members import insert_members
from core.db import rows
from core.db.transactions import require_transaction, use_case
from tenants.models import Project
from users.models import User


@dataclass(frozen=True, slots=True)
class Portion:
    """Some of the people to look at: those who belong in, and the last one of all of them."""

    members: Sequence[int]
    # None when nobody is left.
    position: int | None


class PortionAfter(Protocol):
    """Finds the portion of a calculation that comes after a position."""

    def __call__(self, calculation: CohortCalculation) -> Portion: ...


def start_calculation(
    *,
    project: Project,
    name: str,
    source: tuple[CohortCalculation.Source, int],
    actor: User,
    now: datetime,
) -> tuple[Cohort, CohortCalculation]:
    """Create an empty static cohort and the calculation that fills it, in a larger change."""
    require_transaction()
    values = CohortChanges(name=name, is_static=True)
    cohort = insert_cohort(project=project, values=values, actor=actor, now=now)
    cohort.is_calculating = True
    rows.update(cohort, columns=["is_calculating"])
    calculation = CohortCalculation(
        cohort=cohort, source=source[0], source_id=source[1], started_at=now
    )
    calculation.save(force_insert=True)
    return cohort, calculation


@use_case
def take_portion(*, calculation_id: UUID, portion_after: PortionAfter, now: datetime) -> bool:
    """Put one portion in, and tell whether another one follows."""
    calculation = lock_calculation(calculation_id=calculation_id)
    if calculation is None:
        return False
    portion = portion_after(calculation)
    calculation.count += insert_members(calculation.cohort, portion.members)
    if portion.position is None:
        _finish(calculation, now)
        return False
    calculation.position = portion.position
    calculation.save(update_fields=["count", "position"])
    return True


@use_case
def fail_calculation(*, calculation_id: UUID, reason: str, now: datetime) -> None:
    """End a calculation that cannot go on; who is in already stays."""
    calculation = lock_calculation(calculation_id=calculation_id)
    if calculation is not None:
        calculation.error = reason
        _finish(calculation, now)


def _finish(calculation: CohortCalculation, now: datetime) -> None:
    calculation.finished_at = now
    calculation.save(update_fields=["count", "finished_at", "error"])
    cohort = calculation.cohort
    cohort.is_calculating, cohort.last_calculation = False, now
    rows.update(cohort, columns=["is_calculating", "last_calculation"])
