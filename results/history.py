"""Results by day and recalculations, in the shapes of the wire."""

from collections.abc import Sequence
from datetime import date

from experiments.models import Experiment
from results.models import ACTIVE, DailyResult, Recalculation, TimeseriesRun

Shape = dict[str, object]


def represent_days(
    experiment: Experiment,
    days: Sequence[date],
    rows: Sequence[DailyResult],
    run: TimeseriesRun | None,
    *,
    metric_uuid: str,
    fingerprint: str,
) -> Shape:
    """Return a metric's results by day, each cumulative from the start; null for unknown days."""
    known = {row.day: row for row in rows}
    errors = {row.day.isoformat(): row.error_message for row in rows if row.error_message}
    computed = [row.computed_at for row in rows if row.status == DailyResult.Status.COMPLETED]
    moments = [row.computed_at for row in rows]
    return {
        "experiment_id": experiment.pk,
        "metric_uuid": metric_uuid,
        "status": _status(days, known),
        "timeseries": {
            day.isoformat(): known[day].result if day in known else None for day in days
        },
        "errors": errors or None,
        "computed_at": max(computed, default=None),
        "created_at": min(moments, default=experiment.created_at),
        "updated_at": max(moments, default=experiment.updated_at),
        "recalculation_status": run.status if run else None,
        "recalculation_created_at": run.created_at if run else None,
    }


def _status(days: Sequence[date], known: dict[date, DailyResult]) -> str:
    states = [known[day].status for day in days if day in known]
    if not states:
        return "pending"
    completed = states.count(DailyResult.Status.COMPLETED)
    if not completed:
        return "failed"
    return "completed" if completed == len(days) else "partial"


def represent_timeseries_run(run: TimeseriesRun) -> Shape:
    """Return a computation of all days of a metric."""
    return {
        "id": str(run.pk),
        "experiment_id": run.experiment_id,
        "metric_uuid": run.metric_uuid or None,
        "fingerprint": run.fingerprint,
        "status": run.status,
        "created_at": run.created_at,
    }


def represent_recalculation(
    run: Recalculation, *, is_existing: bool = False, has_results: bool = True
) -> Shape:
    """Return a computation of all metrics, and how far it is."""
    shown: Shape = {
        "id": str(run.pk),
        "experiment_id": run.experiment_id,
        "status": run.status,
        "trigger": run.trigger,
        "created_at": run.created_at,
        "started_at": run.started_at,
        "completed_at": run.completed_at,
        "query_to": run.query_to,
        "is_existing": is_existing,
        "result_source": "recalculation",
    }
    members = ("metric_uuid", "status", "result", "error_message")
    if has_results:
        shown["results"] = [{name: each[name] for name in members} for each in run.results]
    return shown | _progress(run)


def _progress(run: Recalculation) -> Shape:
    states = [str(each["status"]) for each in run.results]
    failed = [each for each in run.results if each["error_message"]]
    return {
        "total_metrics": len(states),
        "completed_metrics": states.count("completed"),
        "failed_metrics": states.count("failed"),
        "metric_errors": {str(each["metric_uuid"]): each["error_message"] for each in failed},
        # Each is computed once: whoever asks again begins a new one.
        "metric_retries": {},
        "running_metrics": states.count("pending") if run.status in ACTIVE else 0,
        "rows_read": sum(int(each["rows_read"]) for each in run.results),
        "estimated_rows_total": None,
        "bytes_read": None,
        "active_cpu_time": None,
    }
