"""Looking up saved metrics."""

from collections.abc import Collection, Mapping

from django.db.models import QuerySet
from django.db.models.functions import Lower

from core.db.transactions import require_transaction
from saved_metrics.listing import listed
from saved_metrics.models import SavedMetric
from saved_metrics.querysets import NamesAction
from tenants.access import Access
from tenants.levels import SAVED_METRIC
from tenants.models import Project


def list_saved_metrics(
    *, access: Access, parameters: Mapping[str, str] | None = None
) -> QuerySet[SavedMetric]:
    """Return the project's saved metrics that a URL asks for by name, whatever its case."""
    return (
        listed(access=access, parameters=parameters or {})
        .select_related("created_by")
        .order_by(Lower("name"), "id")
    )


def hidden_saved_metrics(*, project: Project, access: Access, ids: Collection[int]) -> set[int]:
    """Return those of these ids whose saved metrics the caller must not know of."""
    if not ids or not access.hides_any(SAVED_METRIC):
        return set()
    found = SavedMetric.objects.filter(project=project, pk__in=ids)
    shown = access.visible(SAVED_METRIC, found).values_list("pk", flat=True)
    return set(ids) - set(shown)


def missing_saved_metrics(*, project: Project, ids: Collection[int]) -> list[int]:
    """Return those of the ids that no saved metric of the project has, in order."""
    if not ids:
        return []
    found = SavedMetric.objects.filter(project=project, pk__in=ids)
    return sorted(set(ids) - set(found.values_list("pk", flat=True)))


def has_saved_metric_with(*, project: Project, uuid: object) -> bool:
    """Tell whether a saved metric of the project has this uuid in its query."""
    return SavedMetric.objects.filter(project=project, query__uuid=uuid).exists()


def saved_metrics_about(*, access: Access, action_id: int) -> QuerySet[SavedMetric]:
    """Return the saved metrics about an action that the caller may know of."""
    found = SavedMetric.objects.filter(NamesAction("query", [action_id]), project=access.project)
    return access.visible(SAVED_METRIC, found).select_related("created_by").order_by("id")


def lock_saved_metrics(*, project: Project, ids: Collection[int]) -> dict[int, SavedMetric]:
    """Lock those of these saved metrics that the project has, and return them by id."""
    require_transaction()
    found = SavedMetric.objects.filter(project=project, pk__in=ids).select_related("created_by")
    locked = found.order_by("pk").select_for_update(of=("self",))
    return {metric.pk: metric for metric in locked}
