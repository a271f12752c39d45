"""Routes of results, below a project."""

from core.http.routing import OptionalSlashRouter, SingletonRouter
from results.views import ExperimentResultsViewSet, QueryViewSet, RecalculationViewSet

router = OptionalSlashRouter()
router.register("experiments", RecalculationViewSet, basename="recalculation")
router.register("query", QueryViewSet, basename="query")

overview = SingletonRouter()
overview.register(
    r"experiments/(?P<pk>[^/.]+)/results", ExperimentResultsViewSet, basename="experiment_results"
)

urlpatterns = [*router.urls, *overview.urls]
