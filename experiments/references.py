"""Experiments as objects that actions define."""

from collections.abc import Iterator

from actions.registry import Reference
from experiments.selectors import experiments_about
from tenants.access import Access


def by_action(access: Access, action_id: int) -> Iterator[Reference]:
    """Iterate over the experiments that count an action, as far as the caller may know of them."""
    for experiment in experiments_about(access=access, action_id=action_id):
        yield Reference(
            type="experiment",
            id=str(experiment.pk),
            name=experiment.name,
            url=f"/project/{experiment.project_id}/experiments/{experiment.pk}",
            created_at=experiment.created_at,
            created_by=experiment.created_by,
        )
