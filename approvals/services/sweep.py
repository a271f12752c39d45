"""Expires open change requests and marks stale ones."""

import logging
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from approvals.models import ChangeRequest
from approvals.services.apply import staleness
from approvals.services.expire import expire
from core.db.transactions import use_case
from core.exceptions import APIException, first_message

_logger = logging.getLogger(__name__)


@dataclass
class Sweep:
    """How many requests were looked at, were ended, were found stale, and failed us."""

    visited: int = 0
    expired: int = 0
    stale: int = 0
    failed: int = 0


def sweep(*, now: datetime) -> Sweep:
    """End overdue requests and mark stale ones; two sweeps at once do the work once."""
    done = Sweep()
    open_requests = ChangeRequest.objects.filter(
        state__in=ChangeRequest.OPEN_STATES, project__deleted_at=None
    )
    for pk in open_requests.order_by("pk").values_list("pk", flat=True):
        done.visited += 1
        try:
            outcome = _visit(request_id=pk, now=now)
        except Exception:
            # One request must not keep the others waiting.
            _logger.exception("The change request %s could not be looked at.", pk)
            done.failed += 1
            continue
        done.expired += outcome == ChangeRequest.State.EXPIRED
        done.stale += outcome == ChangeRequest.Validation.STALE
    return done


@use_case
def _visit(*, request_id: UUID, now: datetime) -> str | None:
    found = ChangeRequest.objects.select_related("project", "created_by")
    # Whoever is at it already, a voter or another sweep, does what is needed.
    request = (
        found.select_for_update(of=("self",), skip_locked=True)
        .filter(pk=request_id, state__in=ChangeRequest.OPEN_STATES)
        .first()
    )
    if request is None:
        return None
    if request.expires_at <= now:
        expire(request=request, now=now)
        return ChangeRequest.State.EXPIRED
    return _judge(request, now)


def _judge(request: ChangeRequest, now: datetime) -> str | None:
    try:
        problem = staleness(request=request, now=now)
    except APIException as error:
        problem = first_message(error)
    status = ChangeRequest.Validation.STALE if problem else ChangeRequest.Validation.VALID
    if status == request.validation_status:
        return None
    request.validation_status = status
    request.validation_errors = {"staleness": problem} if problem else None
    request.validated_at = request.updated_at = now
    request.save(
        update_fields=["validation_status", "validation_errors", "validated_at", "updated_at"]
    )
    return status if problem else None
