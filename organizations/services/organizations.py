"""Creating, changing and deleting organizations."""

from datetime import datetime
from typing import TypedDict
from uuid import UUID

from activity.services import record_creation, record_update
from activity.snapshots import snapshot
from activity.subjects import ORGANIZATION
from core.db.transactions import use_case
from organizations.selectors import lock_organization
from organizations.services.deletion import delete_some, hide_organization, hide_projects
from organizations.services.projects import DEFAULT_NAME, check_unused, create_project
from tenants import services as tenant_services
from tenants.models import Membership, Organization
from tenants.selectors import list_organizations
from users.models import User


class OrganizationChanges(TypedDict, total=False):
    """What shall change in an organization: an absent key leaves its field alone."""

    name: str
    default_stats_method: str
    members_can_invite: bool
    members_can_use_personal_api_keys: bool
    is_ai_data_processing_approved: bool


@use_case
def create_organization(*, values: OrganizationChanges, actor: User, now: datetime) -> Organization:
    """Create an organization that the actor owns, with a first project."""
    organization = tenant_services.create_organization.in_transaction(values=values, now=now)
    tenant_services.add_member.in_transaction(
        organization=organization, user=actor, level=Membership.Level.OWNER
    )
    record_creation(ORGANIZATION, organization, actor=actor, now=now)
    create_project.in_transaction(
        organization=organization, values={"name": DEFAULT_NAME}, actor=actor, now=now
    )
    return _as_listed(organization, actor)


@use_case
def update_organization(
    *, organization_id: UUID, changes: OrganizationChanges, actor: User, now: datetime
) -> Organization:
    """Change an organization; its slug stays.

    :raises NotFound: when it was deleted meanwhile.
    """
    organization = lock_organization(organization_id=organization_id)
    state = snapshot(organization)
    for name, value in changes.items():
        setattr(organization, name, value)
    organization.updated_at = now
    organization.save(update_fields=[*changes, "updated_at"])
    record_update(ORGANIZATION, organization, before=state, actor=actor, now=now)
    return _as_listed(organization, actor)


@use_case
def delete_organization(*, organization_id: UUID, now: datetime) -> None:
    """Delete an organization for good, with its projects and its history.

    From now on nobody finds it; what is left of a large one goes by `finish_deletions`.

    :raises StillInUse: while one of its projects has flags or experiments.
    :raises NotFound: when it was deleted meanwhile.
    """
    organization = lock_organization(organization_id=organization_id, to_delete=True)
    projects = list(organization.projects.select_for_update())
    check_unused(projects)
    hide_projects(projects=projects, now=now)
    hide_organization(organization=organization, now=now)
    delete_some(organization)


def _as_listed(organization: Organization, actor: User) -> Organization:
    return list_organizations(user=actor).get(pk=organization.pk)
