"""Every write to organizations and projects, and to who belongs to them."""

from organizations.services.deletion import finish_deletions
from organizations.services.invites import (
    accept_invite,
    create_invite,
    delete_invite,
)
from organizations.services.members import change_member, remove_member
from organizations.services.organizations import (
    OrganizationChanges,
    create_organization,
    delete_organization,
    update_organization,
)
from organizations.services.projects import (
    ProjectChanges,
    create_project,
    delete_project,
    update_project,
)
from organizations.services.secret_keys import (
    create_secret_key,
    delete_secret_key,
    roll_secret_key,
    update_secret_key,
)
from organizations.services.signup import sign_up
from organizations.services.tokens import (
    delete_secret_token_backup,
    reset_token,
    rotate_secret_token,
)

__all__ = [
    "OrganizationChanges",
    "ProjectChanges",
    "accept_invite",
    "change_member",
    "create_invite",
    "create_organization",
    "create_project",
    "create_secret_key",
    "delete_invite",
    "delete_organization",
    "delete_project",
    "delete_secret_key",
    "delete_secret_token_backup",
    "finish_deletions",
    "remove_member",
    "reset_token",
    "roll_secret_key",
    "rotate_secret_token",
    "sign_up",
    "update_organization",
    "update_project",
    "update_secret_key",
]
