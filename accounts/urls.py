"""Routes of logins and of keys, below no project."""

from accounts.views import LoginViewSet, LogoutViewSet, PersonalAPIKeyViewSet
from core.routing import OptionalSlashRouter

router = OptionalSlashRouter()
router.register("login", LoginViewSet, basename="login")
router.register("logout", LogoutViewSet, basename="logout")
router.register("personal_api_keys", PersonalAPIKeyViewSet, basename="personal_api_key")

urlpatterns = router.urls
