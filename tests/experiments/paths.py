"""Where the experiments of a project are."""

from experiments.models import Experiment
from tenants.models import Project


def collection(project: Project | int | str) -> str:
    reference = project.pk if isinstance(project, Project) else project
    return f"/api/projects/{reference}/experiments/"


def member(experiment: Experiment) -> str:
    return f"{collection(experiment.project)}{experiment.pk}/"


def member_by_id(project: Project, reference: object) -> str:
    return f"{collection(project)}{reference}/"
