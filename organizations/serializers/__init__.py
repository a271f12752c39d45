"""Tenants on the wire."""

from organizations.serializers.organizations import (
    FiltersField,
    InviteSerializer,
    MemberSerializer,
    ProjectSerializer,
)
from organizations.serializers.roles import RoleMembershipSerializer, RoleSerializer

__all__ = [
    "FiltersField",
    "InviteSerializer",
    "MemberSerializer",
    "ProjectSerializer",
    "RoleMembershipSerializer",
    "RoleSerializer",
]
