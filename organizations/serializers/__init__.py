"""Tenants on the wire."""

from organizations.serializers.organizations import (
    FiltersField,
    GroupTypeSerializer,
    InviteSerializer,
    MemberSerializer,
    ProjectSerializer,
)
from organizations.serializers.roles import RoleMembershipSerializer, RoleSerializer

__all__ = [
    "FiltersField",
    "GroupTypeSerializer",
    "InviteSerializer",
    "MemberSerializer",
    "ProjectSerializer",
    "RoleMembershipSerializer",
    "RoleSerializer",
]
