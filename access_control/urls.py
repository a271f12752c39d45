"""Routes of the rules about a project and about kinds of things, below the project."""

from access_control.views import ProjectAccessControlViewSet, ResourceAccessControlViewSet
from core.routing import SingletonRouter

router = SingletonRouter()
router.register("access_controls", ProjectAccessControlViewSet, basename="access_controls")
router.register(
    "resource_access_controls",
    ResourceAccessControlViewSet,
    basename="resource_access_controls",
)

urlpatterns = router.urls
