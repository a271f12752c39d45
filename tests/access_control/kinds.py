"""The kinds of things that rules are about, as tests name them."""

from dataclasses import dataclass

from django.db.models import Model

from projects import levels
from projects.models import Project


@dataclass(frozen=True)
class Kind:
    """What rules call a kind, and where its things are.

    `whole` is what a rule about all things of the kind names.
    """

    name: str
    whole: str
    path: str

    def list_url(self, project: Project) -> str:
        return f"/api/projects/{project.pk}/{self.path}/"

    def url(self, row: Model) -> str:
        return f"{self.list_url(row.project)}{row.pk}/"


# Each kind by the fixture that makes one of it.
KINDS = {
    "experiment": Kind(levels.EXPERIMENT, levels.EXPERIMENT, "experiments"),
    "saved_metric": Kind(levels.SAVED_METRIC, levels.EXPERIMENT, "experiment_saved_metrics"),
    "flag": Kind(levels.FEATURE_FLAG, levels.FEATURE_FLAG, "feature_flags"),
}
