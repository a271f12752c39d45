"""Callbacks that apps above register: what refers to actions, and which cohorts steps may name."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from tenants.access import Access
from tenants.models import Project
from users.models import User


@dataclass(frozen=True)
class Reference:
    """An object that is defined by an action; `url` is its page in the console, or empty."""

    type: str
    id: str
    name: str
    url: str
    created_at: datetime
    created_by: User | None


# Takes a project and a document; gives the ids of the cohorts that it names and the project lacks.
CohortCheck = Callable[[Project, object], set[int]]

# Takes the caller's access and the id of an action; gives what the caller may know of.
Finder = Callable[[Access, int], Iterable[Reference]]

_finders: list[Finder] = []
_cohort_checks: list[CohortCheck] = []


def refers_to_actions(finder: Finder) -> Finder:
    """Register a function that finds what is defined by an action; when the app is ready."""
    if finder not in _finders:
        _finders.append(finder)
    return finder


def references_to(*, access: Access, action_id: int) -> list[Reference]:
    """Return everything that is defined by the action and that the caller may know of."""
    return [found for finder in _finders for found in finder(access, action_id)]


def knows_cohorts(check: CohortCheck) -> CohortCheck:
    """Register the function that tells which cohorts are missing; when the app is ready."""
    _cohort_checks[:] = [check]
    return check


def missing_cohorts(project: Project, *, steps: object, stored: object) -> list[int]:
    """Return the ids of the cohorts that steps newly name and the project does not have."""
    [check] = _cohort_checks
    return sorted(check(project, steps) - check(project, stored)) if steps else []
