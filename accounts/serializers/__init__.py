"""People, logins and keys on the wire."""

from accounts.serializers.logins import (
    LoginCodeSerializer,
    LoginSerializer,
    PersonalAPIKeySerializer,
    SuccessSerializer,
)
from accounts.serializers.profiles import OwnOrganizationField, OwnProjectField, UserSerializer

__all__ = [
    "LoginCodeSerializer",
    "LoginSerializer",
    "OwnOrganizationField",
    "OwnProjectField",
    "PersonalAPIKeySerializer",
    "SuccessSerializer",
    "UserSerializer",
]
