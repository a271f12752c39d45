"""Routes of cohorts, below a project."""

from cohorts.views import CohortViewSet
from core.http.routing import OptionalSlashRouter

router = OptionalSlashRouter()
router.register("cohorts", CohortViewSet, basename="cohort")

urlpatterns = router.urls
