"""Computing in a thread of its own, for clients that ask again instead of waiting."""

from datetime import datetime, timedelta

from django.utils import timezone

from core.exceptions import APIException, RuleBroken, first_message
from core.ops.background import in_background, is_background_full
from results.models import QueryRun
from results.services.queries import ResultQuery
from results.services.result_cache import AtCapacity
from tenants.models import Project
from users.models import User

LIFETIME = timedelta(hours=24)
# A run that has not ended by then belongs to a server that is gone.
_LOST_AFTER = timedelta(minutes=30)


class NameTaken(RuleBroken):
    """Raised for the name of a run that somebody else has asked for."""

    default_detail = "Another query has this id: choose another one."
    default_attr = "client_query_id"


def start_run(
    *, project: Project, requester: User, name: str, query: ResultQuery, is_forced: bool
) -> QueryRun:
    """Begin to compute a query in the background, unless a run of it is under way by this name.

    :raises NameTaken: when somebody else has a run of this name.
    :raises AtCapacity: when too much waits to be computed.
    """
    if is_background_full():
        raise AtCapacity
    wanted = {"experiment_id": query.experiment_id, "digest": query.key.digest}
    run, is_new = QueryRun.objects.get_or_create(
        project=project, name=name, defaults={"requester": requester, **wanted}
    )
    if run.requester_id != requester.pk:
        raise NameTaken
    if not is_new and run.digest == query.key.digest and is_under_way(run, now=timezone.now()):
        return run
    if not is_new:
        _start_over(run, query)
    in_background(lambda: _carry_out(run.pk, run.created_at, query, is_forced=is_forced))
    return run


def is_under_way(run: QueryRun, *, now: datetime) -> bool:
    """Tell whether somebody computes a run, or will."""
    return run.ended_at is None and run.created_at > now - _LOST_AFTER


def cancel_run(run: QueryRun, *, now: datetime) -> None:
    """End a run without a result; one that has ended stays as it is."""
    QueryRun.objects.filter(pk=run.pk, ended_at=None).update(
        ended_at=now, error_message="The query was cancelled."
    )


def delete_old_runs(*, now: datetime) -> int:
    """Delete the runs of yesterday; return how many."""
    return QueryRun.objects.filter(created_at__lt=now - LIFETIME).delete()[0]


def _start_over(run: QueryRun, query: ResultQuery) -> None:
    run.experiment_id, run.digest = query.experiment_id, query.key.digest
    run.created_at, run.ended_at, run.picked_up_at = timezone.now(), None, None
    run.error_message, run.results = "", None
    run.save()


def _carry_out(run_id: int, began: datetime, query: ResultQuery, *, is_forced: bool) -> None:
    # Not what was started over since.
    runs = QueryRun.objects.filter(pk=run_id, created_at=began, ended_at=None)
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
