"""Routes of holdouts, below a project."""

from core.http.routing import OptionalSlashRouter
from holdouts.views import HoldoutViewSet

router = OptionalSlashRouter()
router.register("experiment_holdouts", HoldoutViewSet, basename="experiment_holdout")

urlpatterns = router.urls
