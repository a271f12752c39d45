"""Narrowing the list of saved metrics by what a URL asks for."""

from collections.abc import Mapping

from django.db.models import Q, QuerySet

from core.db.folding import contains
from core.http.query_text import searchable
from saved_metrics.models import SavedMetric
from saved_metrics.querysets import HasTagLike, NamesEvent


def listed(
    metrics: QuerySet[SavedMetric], *, parameters: Mapping[str, str]
) -> QuerySet[SavedMetric]:
    """Return the saved metrics that the parameters of a URL ask for."""
    if event := parameters.get("event"):
        metrics = metrics.filter(NamesEvent("query", searchable(event)))
    if search := searchable(parameters.get("search", "")):
        named = contains("name", search) | contains("description", search)
        metrics = metrics.filter(named | Q(HasTagLike("tags", search)))
    return metrics
