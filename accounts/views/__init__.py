"""Endpoints about people: logins, keys, profiles."""

from accounts.views.logins import (
    CURRENT,
    LoginViewSet,
    LogoutViewSet,
    PersonalAPIKeyViewSet,
    preflight,
)
from accounts.views.profiles import ME, UserViewSet

__all__ = [
    "CURRENT",
    "ME",
    "LoginViewSet",
    "LogoutViewSet",
    "PersonalAPIKeyViewSet",
    "UserViewSet",
    "preflight",
]
