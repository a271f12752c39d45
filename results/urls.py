"""Routes of results, below a project."""

from core.http.routing import OptionalSlashRouter
from results.views import QueryViewSet

router = OptionalSlashRouter()
router.register("query", QueryViewSet, basename="query")

urlpatterns = router.urls
