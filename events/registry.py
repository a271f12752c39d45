"""What apps above know of people: what they store and delete, and who is in a cohort."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache

# Takes the id of a project and the numbers of all ids that are one person.
Forgetter = Callable[[int, Sequence[int]], None]

# Tells of a person, by number and stored properties, whether they are in a cohort.
Membership = Callable[[int, Mapping[str, object]], bool]
# Takes the id of a project and returns the membership of each of its cohorts that can be told.
CohortReader = Callable[[int], Callable[[int], Membership]]

_forgetters: list[Forgetter] = []
_cohort_readers: list[CohortReader] = []


def forgets_people(forgetter: Forgetter) -> Forgetter:
    """Register a function that deletes what an app stores about a person; when it is ready."""
    if forgetter not in _forgetters:
        _forgetters.append(forgetter)
    return forgetter


def forget_elsewhere(project_id: int, actors: Sequence[int]) -> None:
    """Let every registered app delete what it stores about the person with these numbers."""
    for forgetter in _forgetters:
        forgetter(project_id, actors)


def knows_cohorts(reader: CohortReader) -> CohortReader:
    """Register how the cohorts of a project are read; an app does it when it is ready."""
    _cohort_readers[:] = [reader]
    return reader


def memberships_of(project_id: int) -> Callable[[int], Membership]:
    """Return what tells who is in a cohort of a project; nobody, when no app knows cohorts.

    Cohorts are read when the first one is asked for, and not again.
    """

    @cache
    def membership_of(cohort_id: int) -> Membership:
        return read()(cohort_id)

    @cache
    def read() -> Callable[[int], Membership]:
        for reader in _cohort_readers:
            return reader(project_id)
        return lambda _cohort_id: lambda _person, _properties: False

    return membership_of
