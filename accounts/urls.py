"""Routes of logins and of keys, below no project."""

from django.urls import include, path, re_path

from accounts.views import LoginViewSet, LogoutViewSet, PersonalAPIKeyViewSet, preflight
from core.routing import OptionalSlashRouter

router = OptionalSlashRouter()
router.register("login", LoginViewSet, basename="login")
router.register("logout", LogoutViewSet, basename="logout")
router.register("personal_api_keys", PersonalAPIKeyViewSet, basename="personal_api_key")

urlpatterns = [path("api/", include(router.urls)), re_path(r"^_preflight/?$", preflight)]
