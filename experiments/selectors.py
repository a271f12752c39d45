"""What list and retrieve show, and the locks a change needs."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Prefetch, QuerySet

from experiments.listing import listed
from experiments.models import Experiment, ExperimentSavedMetric
from feature_flags.selectors import lock_flags
from projects.models import Project


def all_experiments(*, project: Project) -> QuerySet[Experiment]:
    """Return the project's experiments, deleted ones too, with all that they show."""
    links = ExperimentSavedMetric.objects.select_related("saved_metric").order_by("id")
    return (
        Experiment.objects.filter(project=project)
        .select_related("feature_flag", "holdout", "holdout__created_by", "created_by")
        .prefetch_related(Prefetch("saved_metric_links", queryset=links))
    )


def live_experiments(*, project: Project) -> QuerySet[Experiment]:
    """Return the project's experiments that are not deleted."""
    return all_experiments(project=project).filter(deleted=False)


def list_experiments(
    *, project: Project, parameters: Mapping[str, str], now: datetime
) -> QuerySet[Experiment]:
    """Return the experiments a list shows, newest first and without archived ones by default.

    :raises RuleBroken: when a parameter of the URL makes no sense.
    """
    return listed(live_experiments(project=project), parameters=parameters, now=now)


def lock_experiment(*, experiment: Experiment) -> Experiment:
    """Lock an experiment and its flag and return it as it is now.

    Its siblings on the same flag are locked too: a change of the flag changes them.
    """
    flag = lock_flags(flag_ids=[experiment.feature_flag_id])[0]
    locked = all_experiments(project=experiment.project).get(pk=experiment.pk)
    locked.feature_flag = flag
    return locked
