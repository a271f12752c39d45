"""Computing all metrics of an experiment in the background, with progress that can be watched."""

from datetime import datetime, timedelta

from django.utils import timezone

from core.exceptions import APIException, first_message
from core.ops.background import in_background
from experiments.models import Experiment
from results.models import ACTIVE, Recalculation, RunStatus
from results.outcomes import ExperimentMetric
from results.representation import represent_metric
from results.services.analysis import Analysis, analysis_of, subject_of
from results.services.days import days_of
from results.services.execution import bounded
from results.services.metrics import compute_metric, plan_of
from results.services.sources import ready_sources
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
    """
    days_of(experiment, now=now)
    runs = Recalculation.objects.filter(experiment=experiment)
    runs.filter(status__in=ACTIVE, created_at__lt=now - _LOST_AFTER).update(status=RunStatus.FAILED)
    finished = runs.filter(status=RunStatus.COMPLETED, query_to__gt=now - _RECENT)
    recent = finished.order_by("-created_at").first()
    if recent is not None and trigger == Recalculation.Trigger.MANUAL:
        return recent, False
    run = Recalculation(
        experiment=experiment,
        trigger=trigger,
        created_at=now,
        results=[_entry(each, "pending") for each in metrics_of(experiment)],
    )
    Recalculation.objects.bulk_create([run], ignore_conflicts=True)
    kept = runs.get(status__in=ACTIVE)
    if kept.pk == run.pk:
        in_background(lambda: _carry_out(run, experiment))
    return kept, kept.pk == run.pk


def _carry_out(run: Recalculation, experiment: Experiment) -> None:
    now = timezone.now()
    run.status, run.started_at, run.query_to = RunStatus.IN_PROGRESS, now, now
    run.save()
    try:
        _compute_all(run, experiment, now)
    except APIException as reason:
        failure = {"status": "failed", "error_message": first_message(reason)}
        run.status, run.results = RunStatus.FAILED, [each | failure for each in run.results]
    except Exception:
        Recalculation.objects.filter(pk=run.pk).update(status=RunStatus.FAILED)
        raise
    else:
        run.status = RunStatus.COMPLETED
    run.completed_at = timezone.now()
    run.save()


def _compute_all(run: Recalculation, experiment: Experiment, now: datetime) -> None:
    analysis = analysis_of(subject_of(experiment), now=now)
    for place, metric in enumerate(metrics_of(experiment)):
        # Each by itself, without one transaction around all, so that the progress shows.
        run.results[place] = _computed(metric, analysis)
        run.save(update_fields=["results"])


def _computed(metric: ExperimentMetric, analysis: Analysis) -> Document:
    try:
        plan = plan_of(metric.document, analysis)
        sources = ready_sources(analysis, plan)
        outcome = compute_metric(plan, analysis, sources)
        with bounded() as seconds:
            rows = sources.facts.count(seconds=seconds)
    except APIException as reason:
        return _entry(metric, "failed") | {"error_message": first_message(reason)}
    return _entry(metric, "completed") | {"result": represent_metric(outcome), "rows_read": rows}


def _entry(metric: ExperimentMetric, status: str) -> Document:
    return {
        "metric_uuid": metric.uuid,
        "status": status,
        "result": None,
        "error_message": None,
        "rows_read": 0,
    }
