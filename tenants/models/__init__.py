"""Rows of tenants: organizations, projects, members, roles, access rules, secret keys."""

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
from tenants.models.secret_keys import ProjectSecretAPIKey

__all__ = [
    "AccessControl",
    "Membership",
    "Organization",
    "Project",
    "ProjectSecretAPIKey",
    "Role",
    "RoleMembership",
    "StatsMethod",
    "WeekStart",
    "new_project_token",
]
