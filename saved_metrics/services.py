"""Every write to saved metrics."""

from datetime import datetime
from typing import TypedDict

from core.exceptions import NotFound
from core.transactions import use_case
from projects.models import Project
from saved_metrics.models import SavedMetric
from saved_metrics.selectors import lock_saved_metrics
from saved_metrics.validation import Query, check_query, with_uuid
from users.models import User


class SavedMetricChanges(TypedDict, total=False):
    """What shall change in a saved metric: an absent key leaves its field alone."""

    name: str
    description: str | None
    query: Query
    tags: list[str]


@use_case
def create_saved_metric(
    *, project: Project, values: SavedMetricChanges, actor: User, now: datetime
) -> SavedMetric:
    """Create a saved metric.

    :raises InvalidMetricQuery: when the query defines no metric.
    """
    check_query(values["query"])
    return SavedMetric.objects.create(
        **values | {"query": with_uuid(values["query"])},
        project=project,
        created_by=actor,
        created_at=now,
        updated_at=now,
    )


@use_case
def update_saved_metric(
    *, project: Project, saved_metric_id: int, changes: SavedMetricChanges, now: datetime
) -> SavedMetric:
    """Change a saved metric; the experiments that use it read the change at once.

    :raises InvalidMetricQuery: when the new query defines no metric, or another uuid.
    :raises NotFound: when the saved metric was deleted meanwhile.
    """
    metric = _locked(project, saved_metric_id)
    if "query" in changes:
        check_query(changes["query"])
        metric.query = with_uuid(changes["query"], stored=metric.query)
    metric.name = changes.get("name", metric.name)
    metric.description = changes.get("description", metric.description)
    metric.tags = changes.get("tags", metric.tags)
    written: list[str] = [*changes]
    if changes.keys() - {"tags"}:
        # Wire quirk: tags-do-not-touch, see docs/quirks.md.
        metric.updated_at = now
        written.append("updated_at")
    if written:
        metric.save(update_fields=written)
    return metric


@use_case
def delete_saved_metric(*, project: Project, saved_metric_id: int) -> None:
    """Delete a saved metric and its links to experiments; the experiments stay.

    :raises NotFound: when the saved metric was deleted meanwhile.
    """
    _locked(project, saved_metric_id).delete()


def _locked(project: Project, saved_metric_id: int) -> SavedMetric:
    found = lock_saved_metrics(project=project, ids=[saved_metric_id])
    if saved_metric_id not in found:
        raise NotFound
    return found[saved_metric_id]
