"""Computing all metrics of an experiment in the background, with progress that can be watched."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from core.exceptions import APIException, first_message
from core.ops.background import in_background, is_background_full
from experiments.models import Experiment
from results.models import ACTIVE, Recalculation, RunStatus
from results.outcomes import ExperimentMetric, MetricOutcome
from results.plans import MetricPlan, PlannedSources
from results.representation import represent_metric
from results.selectors import runs_since_the_start
from results.services.analysis import Analysis, analysis_of, subject_of
from results.services.days import days_of
from results.services.execution import bounded
from results.services.metrics import plan_of, read_metric
from results.services.result_cache import AtCapacity, digest_of
from results.services.sources import from_sources
from results.services.summary import metrics_of

Document = dict[str, object]

# A manual run shortly after another one is answered with that.
_RECENT = timedelta(minutes=5)
_LOST_AFTER = timedelta(hours=1)


def start_recalculation(
    *, experiment: Experiment, trigger: str, now: datetime
) -> tuple[Recalculation, bool]:
    """Begin to compute all metrics; return the run, and whether it is a new one.

    :raises NotComputable: when the experiment has not started.
    :raises AtCapacity: when too much waits to be computed.
    """
    days_of(experiment, now=now)
    if is_background_full():
        raise AtCapacity
    _give_up_lost_runs(experiment, now)
    pending = [_entry(each, "pending") for each in metrics_of(experiment)]
    recent = _recent_run(experiment, pending, now)
    if recent is not None and trigger == Recalculation.Trigger.MANUAL:
        return recent, False
    run = Recalculation(experiment=experiment, trigger=trigger, created_at=now, results=pending)
    Recalculation.objects.bulk_create([run], ignore_conflicts=True)
    runs = Recalculation.objects.filter(experiment=experiment)
    # The one that was under way may have ended meanwhile.
    kept = runs.filter(status__in=ACTIVE).first() or runs.latest("created_at")
    if kept.pk == run.pk:
        in_background(lambda: _carry_out(run, experiment))
    return kept, kept.pk == run.pk


def _give_up_lost_runs(experiment: Experiment, now: datetime) -> None:
    Recalculation.objects.filter(
        experiment=experiment, status__in=ACTIVE, created_at__lt=now - _LOST_AFTER
    ).update(status=RunStatus.FAILED, completed_at=now)


def _recent_run(
    experiment: Experiment, wanted: Sequence[Document], now: datetime
) -> Recalculation | None:
    """Return a run of the very same metrics that has just ended, if there is one."""
    runs = runs_since_the_start(experiment).filter(
        status=RunStatus.COMPLETED, query_to__gt=now - _RECENT
    )
    run = runs.order_by("-created_at").first()
    return run if run is not None and _digests(run.results) == _digests(wanted) else None


def _digests(entries: Sequence[Document]) -> list[object]:
    return [each.get("digest") for each in entries]


def _carry_out(run: Recalculation, experiment: Experiment) -> None:
    now = timezone.now()
    runs = Recalculation.objects.filter(pk=run.pk)
    begun = {"status": RunStatus.IN_PROGRESS, "started_at": now, "query_to": now}
    if not runs.filter(status=RunStatus.PENDING).update(**begun):
        # It was given up.
        return
    status = RunStatus.FAILED
    try:
        _compute_all(run, experiment, now)
        status = RunStatus.COMPLETED
    except APIException as reason:
        _fail_pending(run, first_message(reason))
    except Exception:
        _fail_pending(run, "Computing this failed.")
        raise
    finally:
        ended = {"status": status, "completed_at": timezone.now(), "results": run.results}
        runs.filter(status=RunStatus.IN_PROGRESS).update(**ended)


def _fail_pending(run: Recalculation, message: str) -> None:
    failure = {"status": "failed", "error_message": message}
    run.results = [each | failure if each["status"] == "pending" else each for each in run.results]


def _compute_all(run: Recalculation, experiment: Experiment, now: datetime) -> None:
    analysis = analysis_of(subject_of(experiment, now=now), now=now)
    for place, metric in enumerate(metrics_of(experiment)):
        # Each by itself, without one transaction around all, so that the progress shows.
        run.results[place] = _computed(metric, analysis)
        Recalculation.objects.filter(pk=run.pk).update(results=run.results)


def _computed(metric: ExperimentMetric, analysis: Analysis) -> Document:
    try:
        plan = plan_of(metric.document, analysis)
        outcome, rows = from_sources(
            analysis, plan, compute=lambda sources: _read(plan, analysis, sources)
        )
    except APIException as reason:
        return _entry(metric, "failed") | {"error_message": first_message(reason)}
    return _entry(metric, "completed") | {"result": represent_metric(outcome), "rows_read": rows}


def _read(
    plan: MetricPlan, analysis: Analysis, sources: PlannedSources
) -> tuple[MetricOutcome, int]:
    outcome = read_metric(plan, analysis, sources)
    with bounded() as seconds:
        return outcome, sources.facts.count(seconds=seconds)


def _entry(metric: ExperimentMetric, status: str) -> Document:
    return {
        "metric_uuid": metric.uuid,
        "status": status,
        "result": None,
        "error_message": None,
        "rows_read": 0,
        # What was computed.
        "digest": digest_of(metric.document, metric.fingerprint),
    }
