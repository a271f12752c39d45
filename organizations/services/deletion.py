"""Hiding deleted projects and organizations at once; what belongs to them goes in portions."""

import time
from collections.abc import Sequence
from datetime import datetime

from core.db.deletion import delete_below
from core.db.transactions import require_transaction, use_case
from organizations.models import OrganizationInvite
from organizations.selectors import list_deleted, lock_deleted
from tenants.models import Membership, Organization, Project
from users.models import User

# Rows that one transaction deletes at most; then others have the database for a while.
PORTION = 500
_PAUSE_SECONDS = 0.01


def hide_projects(*, projects: Sequence[Project], now: datetime) -> None:
    """Let nobody find these projects any more; the caller has locked them."""
    require_transaction()
    ids = [project.pk for project in projects]
    Project.objects.filter(pk__in=ids).update(deleted_at=now)
    User.objects.filter(current_project__in=ids).update(current_project=None)


def hide_organization(*, organization: Organization, now: datetime) -> None:
    """Let nobody find the organization any more; its slug is free again.

    The caller has locked it. Nobody belongs to it from now on, and nobody is invited.
    """
    require_transaction()
    Membership.objects.filter(organization=organization).delete()
    OrganizationInvite.objects.filter(organization=organization).delete()
    User.objects.filter(current_organization=organization).update(current_organization=None)
    organization.slug, organization.deleted_at = f"deleted-{organization.pk.hex}", now
    organization.save(update_fields=["slug", "deleted_at"])


def delete_some(row: Project | Organization) -> int:
    """Delete a portion of what belongs to a hidden row, at last the row; return how many.

    The caller has locked it. A whole portion says that there may be more.
    """
    require_transaction()
    deleted = delete_below(row, most=PORTION)
    if deleted < PORTION:
        row.delete()
    return deleted


def finish_deletions() -> int:
    """Delete what is left of deleted projects and organizations; return how many rows.

    Who is stopped goes on next time; two at once take a project each.
    """
    # An organization's own rows last: its projects are gone by then, or somebody else is at them.
    return sum(
        _finish(model, pk) for model in (Project, Organization) for pk in list_deleted(model)
    )


def _finish(model: type[Project | Organization], pk: str) -> int:
    total = 0
    while (deleted := _delete_portion(model=model, pk=pk)) == PORTION:
        total += deleted
        time.sleep(_PAUSE_SECONDS)
    return total + deleted


@use_case
def _delete_portion(*, model: type[Project | Organization], pk: str) -> int:
    row = lock_deleted(model, pk)
    return delete_some(row) if row else 0
