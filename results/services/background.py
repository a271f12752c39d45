"""Computing in a thread of its own, for clients that ask again instead of waiting."""

from datetime import datetime, timedelta

from django.utils import timezone

from core.exceptions import APIException, first_message
from core.ops.background import in_background
from results.models import QueryRun
from results.services.queries import ResultQuery
from tenants.models import Project

LIFETIME = timedelta(hours=24)


def start_run(*, project: Project, name: str, query: ResultQuery, is_forced: bool) -> QueryRun:
    """Begin to compute a query in the background, unless a run of this name is under way."""
    run, is_new = QueryRun.objects.get_or_create(project=project, name=name)
    if not is_new and run.ended_at is None:
        return run
    if not is_new:
        _start_over(run)
    in_background(lambda: _carry_out(run.pk, query, is_forced=is_forced))
    return run


def cancel_run(run: QueryRun, *, now: datetime) -> None:
    """End a run without a result; one that has ended stays as it is."""
    QueryRun.objects.filter(pk=run.pk, ended_at=None).update(
        ended_at=now, error_message="The query was cancelled."
    )


def delete_old_runs(*, now: datetime) -> int:
    """Delete the runs of yesterday; return how many."""
    return QueryRun.objects.filter(created_at__lt=now - LIFETIME).delete()[0]


def _start_over(run: QueryRun) -> None:
    run.created_at, run.ended_at, run.picked_up_at = timezone.now(), None, None
    run.error_message, run.results = "", None
    run.save()


def _carry_out(run_id: int, query: ResultQuery, *, is_forced: bool) -> None:
    runs = QueryRun.objects.filter(pk=run_id, ended_at=None)
    if not runs.update(picked_up_at=timezone.now()):
        return
    try:
        found = query.result(is_forced=is_forced)
    except APIException as reason:
        runs.update(ended_at=timezone.now(), error_message=first_message(reason))
    except Exception:
        runs.update(ended_at=timezone.now(), error_message="Computing this failed.")
        raise
    else:
        runs.update(ended_at=timezone.now(), results=found.document)
