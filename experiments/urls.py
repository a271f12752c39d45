"""Routes of experiments, below a project."""

from core.http.routing import OptionalSlashRouter, SingletonRouter
from experiments.views import ExperimentAccessControlViewSet, ExperimentViewSet

router = OptionalSlashRouter()
router.register("experiments", ExperimentViewSet, basename="experiment")

rules = SingletonRouter()
rules.register(
    r"experiments/(?P<pk>[^/.]+)/access_controls",
    ExperimentAccessControlViewSet,
    basename="experiment_access_controls",
)

urlpatterns = [*router.urls, *rules.urls]
