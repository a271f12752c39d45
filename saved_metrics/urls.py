"""Routes of saved metrics, below a project."""

from core.routing import OptionalSlashRouter
from saved_metrics.views import SavedMetricViewSet

router = OptionalSlashRouter()
router.register("experiment_saved_metrics", SavedMetricViewSet, basename="experiment_saved_metric")

urlpatterns = router.urls
