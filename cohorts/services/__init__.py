"""Every write to cohorts and to the members of static ones."""

from cohorts.services.calculate import (
    Portion,
    fail_calculation,
    start_calculation,
    take_portion,
)
from cohorts.services.change import (
    CohortChanges,
    CohortIsNeeded,
    create_cohort,
    insert_cohort,
    insert_snapshot,
    retire_cohort,
    update_cohort,
)
from cohorts.services.members import (
    MAX_PERSONS,
    NoMembers,
    add_persons,
    forget_person,
    insert_members,
    remove_person,
)

__all__ = [
    "MAX_PERSONS",
    "CohortChanges",
    "CohortIsNeeded",
    "NoMembers",
    "Portion",
    "add_persons",
    "create_cohort",
    "fail_calculation",
    "forget_person",
    "insert_cohort",
    "insert_members",
    "insert_snapshot",
    "remove_person",
    "retire_cohort",
    "start_calculation",
    "take_portion",
    "update_cohort",
]
