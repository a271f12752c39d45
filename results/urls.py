"""Routes of results, below a project."""

from core.http.routing import OptionalSlashRouter, SingletonRouter
from results.views import (
    ExperimentResultsViewSet,
    ExposureFreezeViewSet,
    QueryViewSet,
    RecalculationViewSet,
)

router = OptionalSlashRouter()
router.register("experiments", RecalculationViewSet, basename="recalculation")
router.register("experiments", ExposureFreezeViewSet, basename="exposure_freeze")
router.register("query", QueryViewSet, basename="query")

overview = SingletonRouter()
overview.register(
    r"experiments/(?P<pk>[^/.]+)/results", ExperimentResultsViewSet, basename="experiment_results"
)

urlpatterns = [*router.urls, *overview.urls]
