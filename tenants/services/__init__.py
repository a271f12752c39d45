"""Writing tenants: organizations, projects, roles, access rules."""

from tenants.services.access_rules import Holder, set_rule
from tenants.services.projects import (
    add_member,
    create_organization,
    create_project,
    default_organization,
    ensure_organization,
    note_ingested_event,
)
from tenants.services.roles import (
    AlreadyInRole,
    RoleChanges,
    RoleNameTaken,
    UnknownMember,
    add_to_role,
    create_role,
    delete_role,
    remove_from_all_roles,
    remove_from_role,
    update_role,
)

__all__ = [
    "AlreadyInRole",
    "Holder",
    "RoleChanges",
    "RoleNameTaken",
    "UnknownMember",
    "add_member",
    "add_to_role",
    "create_organization",
    "create_project",
    "create_role",
    "default_organization",
    "delete_role",
    "ensure_organization",
    "note_ingested_event",
    "remove_from_all_roles",
    "remove_from_role",
    "set_rule",
    "update_role",
]
