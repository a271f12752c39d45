"""Where the history is, and what it says in short."""

from activity.models import ActivityLog
from tenants.models import Project

Said = tuple[str, str, str]
# Each resource with a history of its own, by the fixture that makes one of it.
RESOURCES = {
    "experiment": "experiments",
    "holdout": "experiment_holdouts",
    "saved_metric": "experiment_saved_metrics",
}


def log(project: Project) -> str:
    return f"/api/projects/{project.pk}/activity_log/"


def of_all(project: Project, resource: str) -> str:
    return f"/api/projects/{project.pk}/{resource}/activity/"


def of_one(project: Project, resource: str, reference: object) -> str:
    return f"/api/projects/{project.pk}/{resource}/{reference}/activity/"


def entries(project: Project, subject: str | None = None) -> list[ActivityLog]:
    found = ActivityLog.objects.filter(project=project).order_by("id")
    return list(found if subject is None else found.filter(subject=subject))


def said(entry: ActivityLog) -> Said:
    """Say who did what to what."""
    return (entry.user.email, entry.activity, entry.subject)


def changed(entry: ActivityLog) -> dict[str, tuple[object, object]]:
    """Say what changed, from what to what."""
    return {
        change["field"]: (change["before"], change["after"]) for change in entry.detail["changes"]
    }
