"""The kinds of things that rules are about, as tests name them."""

from dataclasses import dataclass

from django.db.models import Model

from tenants import levels
from tenants.models import Project
from tests.factories import MEAN_METRIC


@dataclass(frozen=True)
class Kind:
    """What rules call a kind, and where its things are.

    `whole` is what a rule about all things of the kind names, `body` what makes a new one.
    """

    name: str
    whole: str
    path: str
    body: dict[str, object]

    def list_url(self, project: Project) -> str:
        return f"/api/projects/{project.pk}/{self.path}/"

    def url(self, row: Model) -> str:
        return f"{self.list_url(row.project)}{row.pk}/"


# Each kind with rules about single things by the fixture that makes one of it.
KINDS = {
    "experiment": Kind(
        levels.EXPERIMENT,
        levels.EXPERIMENT,
        "experiments",
        {"name": "New", "feature_flag_key": "new"},
    ),
    "saved_metric": Kind(
        levels.SAVED_METRIC,
        levels.EXPERIMENT,
        "experiment_saved_metrics",
        {"name": "New", "query": MEAN_METRIC},
    ),
    "action": Kind(levels.ACTION, levels.ACTION, "actions", {"name": "New"}),
    "flag": Kind(levels.FEATURE_FLAG, levels.FEATURE_FLAG, "feature_flags", {"key": "new"}),
}
HOLDOUTS = Kind(levels.HOLDOUT, levels.EXPERIMENT, "experiment_holdouts", {"name": "New"})
ALL_KINDS = KINDS | {"holdout": HOLDOUTS}
