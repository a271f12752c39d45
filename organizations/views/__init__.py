"""Endpoints about tenants."""

from organizations.views.access_rules import (
    ProjectAccessControlViewSet,
    ResourceAccessControlViewSet,
)
from organizations.views.organizations import (
    AllProjectsViewSet,
    InviteViewSet,
    MemberViewSet,
    OrganizationViewSet,
    ProjectViewSet,
)
from organizations.views.roles import RoleMembershipViewSet, RoleViewSet
from organizations.views.secret_keys import ProjectSecretAPIKeyViewSet
from organizations.views.signup import SignupViewSet

__all__ = [
    "AllProjectsViewSet",
    "InviteViewSet",
    "MemberViewSet",
    "OrganizationViewSet",
    "ProjectAccessControlViewSet",
    "ProjectSecretAPIKeyViewSet",
    "ProjectViewSet",
    "ResourceAccessControlViewSet",
    "RoleMembershipViewSet",
    "RoleViewSet",
    "SignupViewSet",
]
