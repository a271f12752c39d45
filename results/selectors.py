"""Looking up experiments to analyse, and runs of queries."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from core.exceptions import NotFound
from core.http.query_text import is_id
from experiments.models import Experiment
from experiments.selectors import live_experiments
from results.models import (
    ACTIVE,
    DailyResult,
    QueryRun,
    Recalculation,
    RunStatus,
    TimeseriesRun,
)
from tenants.access import Access
from tenants.levels import EXPERIMENT
from tenants.models import Project
from users.models import User

_KEPT_AFTER_THE_END = timedelta(days=7)


def find_visible_experiment(*, access: Access, experiment_id: int) -> Experiment | None:
    """Return the experiment with this id, if there is one that this person may see."""
    found = live_experiments(project=access.project).filter(pk=experiment_id)
    experiment = access.visible(EXPERIMENT, found).first()
    if experiment is not None:
        experiment.project = access.project
    return experiment


def get_experiment(*, project: Project, reference: str) -> Experiment:
    """Return an experiment that is not deleted, with all that results need of it.

    :raises NotFound: when there is none with this id.
    """
    found = live_experiments(project=project)
    experiment = found.filter(pk=int(reference)).first() if is_id(reference) else None
    if experiment is None:
        raise NotFound
    experiment.project = project
    return experiment


def get_run(*, access: Access, requester: User, name: str) -> QueryRun:
    """Return a run that somebody has asked for by this name.

    :raises NotFound: when there is none, or they may not see the experiment any more.
    """
    runs = QueryRun.objects.filter(project=access.project, requester=requester, name=name)
    run = runs.first()
    if run is None or run.experiment_id is None:
        raise NotFound
    if find_visible_experiment(access=access, experiment_id=run.experiment_id) is None:
        raise NotFound
    return run


def list_daily_results(
    *, experiment: Experiment, metric_uuid: str, fingerprint: str
) -> list[DailyResult]:
    """Return the stored days of a metric, in order."""
    rows = DailyResult.objects.filter(
        experiment=experiment, metric_uuid=metric_uuid, fingerprint=fingerprint
    )
    return list(rows.order_by("day"))


def find_active_timeseries_run(
    *, experiment: Experiment, metric_uuid: str, fingerprint: str
) -> TimeseriesRun | None:
    """Return the computation of a metric's days that is under way, if there is one."""
    runs = TimeseriesRun.objects.filter(
        experiment=experiment, metric_uuid=metric_uuid, fingerprint=fingerprint
    )
    return runs.filter(status__in=ACTIVE).first()


def runs_since_the_start(experiment: Experiment) -> QuerySet[Recalculation]:
    """Return the recalculations since the launch: none of before the experiment was reset."""
    runs = Recalculation.objects.filter(experiment=experiment)
    if experiment.start_date is None:
        return runs.none()
    return runs.filter(created_at__gte=experiment.start_date)


def latest_recalculation(*, experiment: Experiment) -> Recalculation:
    """Return the newest completed recalculation, or the one that is under way.

    :raises NotFound: when there is neither.
    """
    runs = runs_since_the_start(experiment).order_by("-created_at")
    completed = runs.filter(status=RunStatus.COMPLETED).first()
    found = completed or find_active_recalculation(experiment=experiment)
    if found is None:
        # Wire quirk: recalculations-only-by-request, see docs/quirks.md.
        raise NotFound("There is no recalculation of this experiment yet.")
    return found


def find_active_recalculation(*, experiment: Experiment) -> Recalculation | None:
    """Return the recalculation that is under way, if there is one."""
    return Recalculation.objects.filter(experiment=experiment, status__in=ACTIVE).first()


def get_recalculation(*, experiment: Experiment, run_id: str) -> Recalculation:
    """Return a recalculation of the experiment.

    :raises NotFound: when it is none of its.
    """
    run = Recalculation.objects.filter(experiment=experiment, pk=run_id).first()
    if run is None:
        raise NotFound("There is no such recalculation of this experiment.")
    return run


def list_experiments_by_day(*, now: datetime) -> list[Experiment]:
    """Return the experiments of all projects whose days are stored: those that run, or just did."""
    started = Experiment.objects.filter(deleted=False, start_date__lte=now)
    wanted = started.filter(Q(end_date=None) | Q(end_date__gt=now - _KEPT_AFTER_THE_END))
    shown = wanted.select_related("project", "feature_flag").order_by("id")
    return list(shown.prefetch_related("saved_metric_links__saved_metric"))
