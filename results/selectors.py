"""Looking up experiments to analyse, and runs of queries."""

from core.exceptions import NotFound
from experiments.models import Experiment
from experiments.selectors import live_experiments
from results.models import QueryRun
from tenants.access import Access
from tenants.levels import EXPERIMENT


def find_visible_experiment(*, access: Access, experiment_id: int) -> Experiment | None:
    """Return the experiment with this id, if there is one that this person may see."""
    found = live_experiments(project=access.project).filter(pk=experiment_id)
    experiment = access.visible(EXPERIMENT, found).first()
    if experiment is not None:
        experiment.project = access.project
    return experiment


def get_run(*, project_id: int, name: str) -> QueryRun:
    """Return a run of the project by its name.

    :raises NotFound: when there is none.
    """
    run = QueryRun.objects.filter(project_id=project_id, name=name).first()
    if run is None:
        raise NotFound
    return run
