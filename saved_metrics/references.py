"""Saved metrics as objects that actions define."""

from collections.abc import Iterator

from actions.registry import Reference
from saved_metrics.selectors import saved_metrics_about
from tenants.access import Access


def by_action(access: Access, action_id: int) -> Iterator[Reference]:
    """Iterate over the saved metrics about an action that the caller may know of."""
    for metric in saved_metrics_about(access=access, action_id=action_id):
        yield Reference(
            type="experiment_saved_metric",
            id=str(metric.pk),
            name=metric.name,
            url=f"/project/{metric.project_id}/saved_metrics/{metric.pk}",
            created_at=metric.created_at,
            created_by=metric.created_by,
        )
