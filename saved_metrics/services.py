"""Every write to saved metrics."""

from datetime import datetime
from typing import TypedDict

from actions.selectors import missing_actions
from activity.services import record_creation, record_deletion, record_update
from activity.snapshots import snapshot
from activity.subjects import SAVED_METRIC
from cohorts.documents import named_cohorts
from cohorts.selectors import missing_cohorts
from core import preconditions
from core.db import rows
from core.db.transactions import use_case
from core.exceptions import NotFound, not_in_project
from saved_metrics.documents import action_ids
from saved_metrics.models import SavedMetric
from saved_metrics.selectors import has_saved_metric_with, lock_saved_metrics
from saved_metrics.validation import InvalidMetricQuery, Query, check_query, with_uuid
from tenants.models import Project
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

    :raises InvalidMetricQuery: when the query defines no metric, or names an unknown action.
    """
    metric = SavedMetric(
        **values | {"query": _checked_query(project, values["query"])},
        project=project,
        created_by=actor,
        created_at=now,
        updated_at=now,
    )
    rows.insert(metric)
    record_creation(SAVED_METRIC, metric, actor=actor, now=now)
    return metric


@use_case
def update_saved_metric(
    *,
    project: Project,
    saved_metric_id: int,
    changes: SavedMetricChanges,
    actor: User,
    now: datetime,
) -> SavedMetric:
    """Change a saved metric; the experiments that use it read the change at once.

    :raises InvalidMetricQuery: when the new query defines no metric, or another uuid.
    :raises NotFound: when the saved metric was deleted meanwhile.
    """
    metric = _locked(project, saved_metric_id)
    before = snapshot(metric)
    if "query" in changes:
        metric.query = _checked_query(project, changes["query"], stored=metric.query)
    metric.name = changes.get("name", metric.name)
    metric.description = changes.get("description", metric.description)
    metric.tags = changes.get("tags", metric.tags)
    if not changes.keys() - {"tags"}:
        # Wire quirk: tags-do-not-touch, see docs/quirks.md.
        rows.update(metric, columns=changes)
        return metric
    metric.updated_at = now
    rows.update(metric, columns=[*changes, "updated_at"])
    record_update(SAVED_METRIC, metric, before=before, actor=actor, now=now)
    return metric


@use_case
def delete_saved_metric(
    *, project: Project, saved_metric_id: int, actor: User, now: datetime
) -> None:
    """Delete a saved metric and its links to experiments; the experiments stay.

    :raises NotFound: when the saved metric was deleted meanwhile.
    """
    metric = _locked(project, saved_metric_id)
    record_deletion(SAVED_METRIC, metric, actor=actor, now=now)
    metric.delete()


def _checked_query(project: Project, query: Query, *, stored: Query | None = None) -> Query:
    check_query(query, stored=stored)
    _check_references(project, query, stored or {})
    fixed = with_uuid(query, stored=stored)
    is_own = query.get("uuid") and fixed["uuid"] != (stored or {}).get("uuid")
    if is_own and _is_taken(project, fixed["uuid"]):
        # Wire quirk: metric-uuids-are-unique, see docs/quirks.md.
        return with_uuid(query | {"uuid": None})
    return fixed


def _is_taken(project: Project, uuid: object) -> bool:
    # One at a time in a project: what is free now stays so until this is done.
    Project.objects.select_for_update(no_key=True).filter(pk=project.pk).first()
    return has_saved_metric_with(project=project, uuid=uuid)


def _check_references(project: Project, query: Query, stored: Query) -> None:
    # Wire quirk: references-belong-to-the-project, see docs/quirks.md.
    # What is stored may stay, though it was deleted meanwhile.
    actions = set(action_ids(document=query)) - set(action_ids(document=stored))
    if missing := missing_actions(project=project, ids=actions):
        raise InvalidMetricQuery(not_in_project("action", missing))
    cohorts = named_cohorts(query) - named_cohorts(stored)
    if missing := missing_cohorts(project=project, ids=cohorts):
        raise InvalidMetricQuery(not_in_project("cohort", missing))


def _locked(project: Project, saved_metric_id: int) -> SavedMetric:
    found = lock_saved_metrics(project=project, ids=[saved_metric_id])
    if saved_metric_id not in found:
        raise NotFound
    preconditions.check(found[saved_metric_id])
    return found[saved_metric_id]
