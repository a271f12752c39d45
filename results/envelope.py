"""What stands around a result: how old it is, and how its computation goes."""

from datetime import datetime, timedelta

from results.models import QueryRun
from results.services import CachedResult, is_under_way
from results.services.result_cache import LIFETIME
from tenants.models import Project

Shape = dict[str, object]

# How long well-behaved clients wait before they ask for a new computation.
_PAUSE = timedelta(minutes=3)
_LOST = "The server that computed this was stopped. Send the query again."
CACHE_MISS: Shape = {"cache_key": None, "is_cached": False, "query_status": None}


def with_envelope(result: CachedResult, *, project: Project) -> Shape:
    """Return the result with the members that tell of its age."""
    computed_at = result.computed_at
    return result.document | {
        "is_cached": result.is_cached,
        "cache_key": result.key,
        "cache_target_age": _moment(computed_at + LIFETIME),
        "last_refresh": _moment(computed_at),
        "next_allowed_client_refresh": _moment(computed_at + _PAUSE),
        "timezone": project.timezone,
        "calculation_trigger": None,
        "query_status": None,
        "query_metadata": None,
    }


def represent_run(run: QueryRun, *, now: datetime) -> Shape:
    """Return how a computation in the background goes, and its result once it has ended."""
    is_lost = run.ended_at is None and not is_under_way(run, now=now)
    message = _LOST if is_lost else run.error_message
    return {
        "id": run.name,
        "team_id": run.project_id,
        "query_async": True,
        "complete": is_lost or run.ended_at is not None,
        "error": bool(message),
        "error_message": message or None,
        "results": run.results,
        "start_time": _moment(run.created_at),
        "pickup_time": _moment(run.picked_up_at),
        "end_time": _moment(run.ended_at),
        "expiration_time": _moment(run.created_at + LIFETIME),
        "query_progress": None,
        "task_id": None,
        "labels": None,
        "insight_id": None,
        "dashboard_id": None,
    }


def _moment(value: object) -> str | None:
    return value.isoformat().replace("+00:00", "Z") if value is not None else None  # type: ignore[attr-defined]
