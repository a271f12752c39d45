"""Looking up saved metrics."""

from collections.abc import Collection

from django.db.models import QuerySet
from django.db.models.functions import Lower

from core.db.transactions import require_transaction
from saved_metrics.models import SavedMetric
from tenants.models import Project


def list_saved_metrics(*, project: Project) -> QuerySet[SavedMetric]:
    """Return the project's saved metrics by name, whatever its case."""
    return (
        SavedMetric.objects.filter(project=project)
        .select_related("created_by")
        .order_by(Lower("name"), "id")
    )


def lock_saved_metrics(*, project: Project, ids: Collection[int]) -> dict[int, SavedMetric]:
    """Lock those of these saved metrics that the project has, and return them by id."""
    require_transaction()
    found = SavedMetric.objects.filter(project=project, pk__in=ids).select_related("created_by")
    locked = found.order_by("pk").select_for_update(of=("self",))
    return {metric.pk: metric for metric in locked}
