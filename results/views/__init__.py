"""The endpoints of results."""

from results.views.experiments import ExperimentResultsViewSet, RecalculationViewSet
from results.views.freeze import ExposureFreezeViewSet
from results.views.queries import QueryViewSet

__all__ = [
    "ExperimentResultsViewSet",
    "ExposureFreezeViewSet",
    "QueryViewSet",
    "RecalculationViewSet",
]
