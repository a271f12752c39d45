"""People, logins and keys on the wire."""

from accounts.serializers.logins import LoginSerializer, PersonalAPIKeySerializer, SuccessSerializer
from accounts.serializers.profiles import OwnOrganizationField, OwnProjectField, UserSerializer

__all__ = [
    "LoginSerializer",
    "OwnOrganizationField",
    "OwnProjectField",
    "PersonalAPIKeySerializer",
    "SuccessSerializer",
    "UserSerializer",
]
