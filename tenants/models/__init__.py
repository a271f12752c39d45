"""Rows of tenants: organizations, projects, members, roles, access rules."""

from tenants.models.access_rules import AccessControl
from tenants.models.organizations import (
    Membership,
    Organization,
    Project,
    StatsMethod,
    WeekStart,
    new_project_token,
)
from tenants.models.roles import Role, RoleMembership

__all__ = [
    "AccessControl",
    "Membership",
    "Organization",
    "Project",
    "Role",
    "RoleMembership",
    "StatsMethod",
    "WeekStart",
    "new_project_token",
]
