"""Where scheduled changes are found."""

from scheduled_changes.models import ScheduledChange
from tenants.models import Project


def changes_of(project: Project) -> str:
    """Return the path of the project's scheduled changes."""
    return f"/api/projects/{project.pk}/scheduled_changes/"


def path_of(change: ScheduledChange) -> str:
    """Return the path of a scheduled change."""
    return f"{changes_of(change.project)}{change.pk}/"
