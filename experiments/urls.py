"""Routes of experiments, below a project."""

from core.routing import OptionalSlashRouter
from experiments.views import ExperimentViewSet

router = OptionalSlashRouter()
router.register("experiments", ExperimentViewSet, basename="experiment")

urlpatterns = router.urls
