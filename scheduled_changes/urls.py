"""Routes of scheduled changes, below a project."""

from core.http.routing import OptionalSlashRouter
from scheduled_changes.views import ScheduledChangeViewSet

router = OptionalSlashRouter()
router.register("scheduled_changes", ScheduledChangeViewSet, basename="scheduled_change")

urlpatterns = router.urls
