"""Where policies, change requests and what they are about stand."""

from approvals.models import ChangeRequest
from experiments.models import Experiment
from holdouts.models import Holdout
from tenants.models import Project

_COLLECTIONS = {Experiment: "experiments", Holdout: "experiment_holdouts"}


def collection(project: Project, name: str) -> str:
    return f"/api/projects/{project.pk}/{name}/"


def member(row: Experiment | Holdout) -> str:
    return f"{collection(row.project, _COLLECTIONS[type(row)])}{row.pk}/"


def policies(project: Project) -> str:
    return collection(project, "approval_policies")


def policy(project: Project, reference: object) -> str:
    return f"{policies(project)}{reference}/"


def requests(project: Project) -> str:
    return collection(project, "change_requests")


def request_at(request: ChangeRequest, kind: str = "") -> str:
    return f"{requests(request.project)}{request.pk}/" + (f"{kind}/" if kind else "")
