"""Routes of saved metrics, below a project."""

from core.http.routing import OptionalSlashRouter, SingletonRouter
from saved_metrics.views import SavedMetricAccessControlViewSet, SavedMetricViewSet

router = OptionalSlashRouter()
router.register("experiment_saved_metrics", SavedMetricViewSet, basename="experiment_saved_metric")

rules = SingletonRouter()
rules.register(
    r"experiment_saved_metrics/(?P<pk>[^/.]+)/access_controls",
    SavedMetricAccessControlViewSet,
    basename="savedmetric_access_controls",
)

urlpatterns = [*router.urls, *rules.urls]
