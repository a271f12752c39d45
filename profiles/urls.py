"""Routes of users."""

from core.routing import OptionalSlashRouter
from profiles.views import UserViewSet

router = OptionalSlashRouter()
router.register("users", UserViewSet, basename="user")

urlpatterns = router.urls
