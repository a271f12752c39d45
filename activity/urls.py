"""The routes of the history, below a project and below an organization."""

from activity.views import ActivityLogViewSet, OrganizationActivityLogViewSet
from core.http.routing import OptionalSlashRouter

router = OptionalSlashRouter()
router.register("activity_log", ActivityLogViewSet, basename="activity_log")

below_an_organization = OptionalSlashRouter()
below_an_organization.register(
    "activity_log", OrganizationActivityLogViewSet, basename="organization_activity_log"
)

urlpatterns = router.urls
