"""Cohorts as objects that actions define."""

from collections.abc import Iterator

from actions.registry import Reference
from cohorts.selectors import cohorts_about
from tenants.access import Access


def by_action(access: Access, action_id: int) -> Iterator[Reference]:
    """Iterate over the cohorts of people who did, or did not do, what an action is."""
    for cohort in cohorts_about(project=access.project, action_id=action_id):
        yield Reference(
            type="cohort",
            id=str(cohort.pk),
            name=cohort.name,
            url="",
            created_at=cohort.created_at,
            created_by=cohort.created_by,
        )
