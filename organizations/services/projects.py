"""Creating, changing and deleting projects."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import TypedDict

from django.db import transaction

from activity.services import record_creation, record_deletion, record_update
from activity.snapshots import snapshot
from activity.subjects import PROJECT
from core.db.transactions import use_case
from core.exceptions import Conflict
from events.services import forget_project
from organizations.selectors import find_used_project, lock_project
from organizations.services.deletion import delete_some, hide_projects
from tenants.models import Organization, Project
from users.models import User

DEFAULT_NAME = "Default project"
# Rows of events that go with the request; it takes about a second.
_FORGOTTEN_AT_ONCE = 20_000


class StillInUse(Conflict):
    """Raised for the deletion of a project that flags or experiments live in."""

    default_detail = "The project still has feature flags or experiments. Delete them first."


class ProjectChanges(TypedDict, total=False):
    """What shall change in a project: an absent key leaves its field alone."""

    name: str
    product_description: str | None
    timezone: str
    week_start_day: int | None
    app_urls: list[str | None]
    anonymize_ips: bool
    test_account_filters: list[dict[str, object]]
    test_account_filters_default_checked: bool | None
    flags_persistence_default: bool | None
    default_stats_method: str | None
    default_confidence_level: Decimal | None


@use_case
def create_project(
    *, organization: Organization, values: ProjectChanges, actor: User, now: datetime
) -> Project:
    """Create an empty project."""
    project = Project.objects.create(
        **{"name": DEFAULT_NAME} | values,
        organization=organization,
        created_at=now,
        updated_at=now,
    )
    record_creation(PROJECT, project, actor=actor, now=now)
    return project


@use_case
def update_project(
    *, project_id: int, changes: ProjectChanges, actor: User, now: datetime
) -> Project:
    """Change the settings of a project.

    :raises NotFound: when it was deleted meanwhile.
    """
    project = lock_project(project_id=project_id)
    state = snapshot(project)
    for name, value in changes.items():
        setattr(project, name, value)
    project.updated_at = now
    project.save(update_fields=[*changes, "updated_at"])
    record_update(PROJECT, project, before=state, actor=actor, now=now)
    return Project.objects.get(pk=project.pk)


@use_case
def delete_project(*, project_id: int, actor: User, now: datetime) -> None:
    """Delete a project for good, with its history and what is hidden in it.

    From now on nobody finds it; what is left of a large one goes by `finish_deletions`.

    :raises StillInUse: while it has flags or experiments that are not deleted.
    :raises NotFound: when it was deleted meanwhile.
    """
    project = lock_project(project_id=project_id, to_delete=True)
    check_unused([project])
    record_deletion(PROJECT, project, actor=actor, now=now)
    hide_projects(projects=[project], now=now)
    delete_some(project)
    # The events may be in another database, which may be away: the project is gone in any case, and
    # `sweep_events`, every hour, deletes what is left.
    transaction.on_commit(
        lambda: forget_project(project_id=project_id, most=_FORGOTTEN_AT_ONCE), robust=True
    )


def check_unused(projects: Iterable[Project]) -> None:
    """Check that nobody would miss these projects, which the caller has locked.

    :raises StillInUse: when somebody would.
    """
    # Wire quirk: used-projects-stay, see docs/quirks.md.
    used = find_used_project(projects=list(projects))
    if used is not None:
        raise StillInUse(
            f"The project {used.name!r} still has feature flags or experiments. Delete them first."
        )
