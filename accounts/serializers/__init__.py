"""People, logins and keys on the wire."""

from accounts.serializers.logins import (
    LoginCodeSerializer,
    LoginOutcomeSerializer,
    LoginSerializer,
    PersonalAPIKeySerializer,
)
from accounts.serializers.profiles import OwnOrganizationField, OwnProjectField, UserSerializer

__all__ = [
    "LoginCodeSerializer",
    "LoginOutcomeSerializer",
    "LoginSerializer",
    "OwnOrganizationField",
    "OwnProjectField",
    "PersonalAPIKeySerializer",
    "UserSerializer",
]
