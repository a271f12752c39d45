"""The route of the history, below a project."""

from activity.views import ActivityLogViewSet
from core.routing import OptionalSlashRouter

router = OptionalSlashRouter()
router.register("activity_log", ActivityLogViewSet, basename="activity_log")

urlpatterns = router.urls
