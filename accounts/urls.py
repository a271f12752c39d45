"""Routes of logins, keys and users, below no project."""

from django.urls import include, path, re_path

from accounts.views import (
    LoginViewSet,
    LogoutViewSet,
    PersonalAPIKeyViewSet,
    UserViewSet,
    preflight,
)
from core.http.routing import OptionalSlashRouter

router = OptionalSlashRouter()
router.register("login", LoginViewSet, basename="login")
router.register("logout", LogoutViewSet, basename="logout")
router.register("users", UserViewSet, basename="user")
router.register("personal_api_keys", PersonalAPIKeyViewSet, basename="personal_api_key")

urlpatterns = [path("api/", include(router.urls)), re_path(r"^_preflight/?$", preflight)]
