"""Tenants on the wire."""

from organizations.serializers.organizations import (
    FiltersField,
    InviteSerializer,
    MemberSerializer,
    ProjectSerializer,
)
from organizations.serializers.roles import RoleMembershipSerializer, RoleSerializer
from organizations.serializers.secret_keys import ProjectSecretAPIKeySerializer
from organizations.serializers.signup import OpenInviteSerializer, SignupSerializer

__all__ = [
    "FiltersField",
    "InviteSerializer",
    "MemberSerializer",
    "OpenInviteSerializer",
    "ProjectSecretAPIKeySerializer",
    "ProjectSerializer",
    "RoleMembershipSerializer",
    "RoleSerializer",
    "SignupSerializer",
]
