"""Results by day: what a metric had come to at the end of each day of the project."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from core.exceptions import APIException, first_message
from core.ops.background import in_background
from experiments.metrics import metric_fingerprint
from experiments.models import Experiment
from results.models import ACTIVE, DailyResult, RunStatus, TimeseriesRun
from results.queries.zones import local_days
from results.representation import represent_metric
from results.services.analysis import NotComputable, analysis_of, subject_of
from results.services.metrics import compute_metric, plan_of
from results.services.summary import metrics_of

Document = dict[str, object]

# The longest series; days before it are not computed.
MAX_DAYS = 400
# A run that has not ended by then belongs to a server that is gone.
_LOST_AFTER = timedelta(hours=6)


def days_of(experiment: Experiment, *, now: datetime) -> list[date]:
    """Return the days of the project on which the experiment ran, today included.

    :raises NotComputable: when it has not started.
    """
    if experiment.start_date is None:
        raise NotComputable("The experiment has not started: it has no results yet.")
    last = min(experiment.end_date or now, now)
    return local_days(experiment.start_date, last, experiment.project.zone, most=MAX_DAYS)


def fingerprint_of(metric: Document, experiment: Experiment) -> str:
    """Return the fingerprint that the experiment shows at a metric."""
    shown = metric.get("fingerprint")
    return (
        shown
        if isinstance(shown, str) and shown
        else metric_fingerprint(
            metric=metric,
            start_date=experiment.start_date,
            stats_method=experiment.stats_method,
            exposure_criteria=experiment.exposure_criteria,
        )
    )


def start_timeseries(
    *, experiment: Experiment, metric: Document, fingerprint: str, now: datetime
) -> tuple[TimeseriesRun, bool]:
    """Begin to compute all days of a metric anew; return the run, and whether it is a new one.

    :raises NotComputable: when the experiment has not started, or the metric cannot be computed.
    """
    days_of(experiment, now=now)
    plan_of(metric, analysis_of(subject_of(experiment), now=now))
    TimeseriesRun.objects.filter(
        experiment=experiment, status__in=ACTIVE, created_at__lt=now - _LOST_AFTER
    ).update(status=RunStatus.FAILED)
    run = TimeseriesRun(
        experiment=experiment,
        metric=metric,
        metric_uuid=str(metric.get("uuid") or ""),
        fingerprint=fingerprint,
        created_at=now,
    )
    TimeseriesRun.objects.bulk_create([run], ignore_conflicts=True)
    kept = TimeseriesRun.objects.get(
        experiment=experiment, fingerprint=fingerprint, status__in=ACTIVE
    )
    if kept.pk == run.pk:
        _stored_days(experiment, run.metric_uuid, fingerprint).delete()
        in_background(lambda: _carry_out(run))
    return kept, kept.pk == run.pk


def store_missing_days(experiment: Experiment, *, now: datetime, limit: int = MAX_DAYS) -> int:
    """Compute the past days of every metric that have no result yet; return how many."""
    count = 0
    for metric in metrics_of(experiment):
        fingerprint = fingerprint_of(metric.document, experiment)
        for day in _missing(experiment, metric.uuid or "", fingerprint, now=now):
            if count == limit:
                return count
            _store_day(experiment, metric.document, fingerprint, day, now=now)
            count += 1
    return count


def _missing(
    experiment: Experiment, uuid: str, fingerprint: str, *, now: datetime
) -> Iterator[date]:
    rows = _stored_days(experiment, uuid, fingerprint)
    known = set(rows.values_list("day", flat=True))
    is_over = experiment.end_date is not None and experiment.end_date <= now
    # Today is not over; the last day of an experiment that has ended is.
    days = days_of(experiment, now=now) if is_over else days_of(experiment, now=now)[:-1]
    return (day for day in days if day not in known)


def _stored_days(experiment: Experiment, uuid: str, fingerprint: str) -> QuerySet[DailyResult]:
    return DailyResult.objects.filter(
        experiment=experiment, metric_uuid=uuid, fingerprint=fingerprint
    )


def _carry_out(run: TimeseriesRun) -> None:
    runs = TimeseriesRun.objects.filter(pk=run.pk)
    runs.update(status=RunStatus.IN_PROGRESS)
    try:
        now = timezone.now()
        for day in days_of(run.experiment, now=now):
            _store_day(run.experiment, run.metric, run.fingerprint, day, now=now)
    except Exception:
        runs.update(status=RunStatus.FAILED)
        raise
    runs.update(status=RunStatus.COMPLETED)


def _store_day(
    experiment: Experiment, metric: Document, fingerprint: str, day: date, *, now: datetime
) -> None:
    midnight = datetime.combine(day + timedelta(days=1), time.min, experiment.project.zone)
    # The last moment of the day: what begins at midnight belongs to the next one.
    until = min(midnight - timedelta(microseconds=1), now)
    row = DailyResult(
        experiment=experiment,
        metric_uuid=str(metric.get("uuid") or ""),
        fingerprint=fingerprint,
        day=day,
        computed_at=timezone.now(),
    )
    try:
        analysis = analysis_of(subject_of(experiment), now=until)
        row.result = represent_metric(compute_metric(plan_of(metric, analysis), analysis))
        row.status = DailyResult.Status.COMPLETED
    except APIException as reason:
        row.status, row.error_message = DailyResult.Status.FAILED, first_message(reason)
    DailyResult.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["experiment", "metric_uuid", "fingerprint", "day"],
        update_fields=["status", "result", "error_message", "computed_at"],
    )
