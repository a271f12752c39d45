"""Results by day: what a metric had come to at the end of each day of the project."""

import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from core.exceptions import APIException, first_message
from core.ops.background import in_background, is_background_full
from experiments.models import Experiment
from results.models import ACTIVE, DailyResult, RunStatus, TimeseriesRun
from results.queries.zones import local_days
from results.representation import represent_metric
from results.selectors import list_experiments_by_day
from results.services.analysis import NotComputable, analysis_of, subject_of
from results.services.metrics import compute_metric, plan_of
from results.services.result_cache import AtCapacity
from results.services.summary import metrics_of

_logger = logging.getLogger(__name__)
Document = dict[str, object]

# So many days are shown, and the last ones of them computed: each asks all events anew.
_MAX_SHOWN, MAX_DAYS = 3_660, 400
# A run that has not ended by then belongs to a server that is gone.
_LOST_AFTER = timedelta(hours=6)


def days_of(experiment: Experiment, *, now: datetime) -> list[date]:
    """Return the days of the project on which the experiment ran, today included.

    :raises NotComputable: when it has not started.
    """
    if experiment.start_date is None:
        raise NotComputable("The experiment has not started: it has no results yet.")
    last = min(experiment.end_date or now, now)
    return local_days(experiment.start_date, last, experiment.project.zone, most=_MAX_SHOWN)


def start_timeseries(
    *, experiment: Experiment, metric: Document, fingerprint: str, now: datetime
) -> tuple[TimeseriesRun, bool]:
    """Begin to compute all days of a metric anew; return the run, and whether it is a new one.

    :raises NotComputable: when the experiment has not started, or the metric cannot be computed.
    :raises AtCapacity: when too much waits to be computed.
    """
    days = days_of(experiment, now=now)[-MAX_DAYS:]
    plan_of(metric, analysis_of(subject_of(experiment, now=now), now=now))
    if is_background_full():
        raise AtCapacity
    runs = TimeseriesRun.objects.filter(experiment=experiment)
    lost = runs.filter(status__in=ACTIVE, created_at__lt=now - _LOST_AFTER)
    lost.update(status=RunStatus.FAILED)
    run = TimeseriesRun(
        experiment=experiment,
        metric=metric,
        metric_uuid=str(metric.get("uuid") or ""),
        fingerprint=fingerprint,
        created_at=now,
    )
    TimeseriesRun.objects.bulk_create([run], ignore_conflicts=True)
    same = runs.filter(fingerprint=fingerprint)
    # The one that was under way may have ended meanwhile.
    kept = same.filter(status__in=ACTIVE).first() or same.latest("created_at")
    if kept.pk == run.pk:
        _stored_days(experiment, run.metric_uuid, fingerprint).filter(day__gte=days[0]).delete()
        in_background(lambda: _carry_out(run, days))
    return kept, kept.pk == run.pk


def store_days(*, now: datetime) -> int:
    """Compute the missing days of all experiments that run or ended lately; return how many."""
    count = 0
    for experiment in list_experiments_by_day(now=now):
        try:
            count += store_missing_days(experiment, now=now)
        except Exception:
            # Those of all other experiments are stored all the same.
            _logger.exception("The days of the experiment %s cannot be stored.", experiment.pk)
    return count


def store_missing_days(experiment: Experiment, *, now: datetime, limit: int = MAX_DAYS) -> int:
    """Compute the past days of every metric that have no final result yet; return how many."""
    count = 0
    for metric in metrics_of(experiment):
        stored = _stored_days(experiment, metric.uuid or "", metric.fingerprint)
        known = {row.day: row for row in stored}
        for day in _missing(experiment, known, now=now):
            if count == limit:
                return count
            row = _store_day(experiment, metric.document, metric.fingerprint, day, now=now)
            count += 1
            if row.has_failed and day in known and known[day].has_failed:
                # It failed again, and so would the others that have failed: the next time.
                break
    return count


def _missing(
    experiment: Experiment, known: Mapping[date, DailyResult], *, now: datetime
) -> Sequence[date]:
    """Return the days that are over without a final result, those that have failed last."""
    is_over = experiment.end_date is not None and experiment.end_date <= now
    days = days_of(experiment, now=now)[-MAX_DAYS:]
    # Today is not over; the last day of an experiment that has ended is.
    days = days if is_over else days[:-1]
    failed = [day for day in days if day in known and known[day].has_failed]
    others = [day for day in days if day not in known or not known[day].has_failed]
    return [*(day for day in others if not _is_final(known.get(day), experiment)), *failed]


def _is_final(row: DailyResult | None, experiment: Experiment) -> bool:
    # A day that was computed before it was over lacks the rest of it.
    return row is not None and row.computed_at >= _end_of(row.day, experiment)


def _end_of(day: date, experiment: Experiment) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, experiment.project.zone)


def _stored_days(experiment: Experiment, uuid: str, fingerprint: str) -> QuerySet[DailyResult]:
    return DailyResult.objects.filter(
        experiment=experiment, metric_uuid=uuid, fingerprint=fingerprint
    )


def _carry_out(run: TimeseriesRun, days: Sequence[date]) -> None:
    """Compute the first of the days; the others after what else waits."""
    # None when it was given up.
    runs = TimeseriesRun.objects.filter(pk=run.pk, status__in=ACTIVE)
    if not runs.update(status=RunStatus.IN_PROGRESS):
        return
    first, *others = days
    try:
        _store_day(run.experiment, run.metric, run.fingerprint, first, now=timezone.now())
    except Exception:
        runs.update(status=RunStatus.FAILED)
        raise
    if others:
        in_background(lambda: _carry_out(run, others))
    else:
        runs.update(status=RunStatus.COMPLETED)


def _store_day(
    experiment: Experiment, metric: Document, fingerprint: str, day: date, *, now: datetime
) -> DailyResult:
    row = DailyResult(
        experiment=experiment,
        metric_uuid=str(metric.get("uuid") or ""),
        fingerprint=fingerprint,
        day=day,
        computed_at=now,
    )
    # The last moment of the day: what begins at midnight belongs to the next one.
    until = min(_end_of(day, experiment) - timedelta(microseconds=1), now)
    try:
        analysis = analysis_of(subject_of(experiment, now=now), now=until)
        row.result = represent_metric(compute_metric(plan_of(metric, analysis), analysis))
        row.status = DailyResult.Status.COMPLETED
    except APIException as reason:
        row.status, row.error_message = DailyResult.Status.FAILED, first_message(reason)
    except Exception:
        _logger.exception("A day of the experiment %s cannot be computed.", experiment.pk)
        row.status, row.error_message = DailyResult.Status.FAILED, "Computing this failed."
    DailyResult.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["experiment", "metric_uuid", "fingerprint", "day"],
        update_fields=["status", "result", "error_message", "computed_at"],
    )
    return row
