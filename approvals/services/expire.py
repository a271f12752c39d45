"""Closes change requests that expired or that nobody waits for any more."""

from datetime import datetime
from uuid import UUID

from approvals import notifications
from approvals.models import ChangeRequest
from core.db.transactions import require_transaction


def expire(*, request: ChangeRequest, now: datetime) -> None:
    """End a locked request that is open, and tell those who wait for it."""
    require_transaction()
    request.state = ChangeRequest.State.EXPIRED
    request.updated_at = now
    request.save(update_fields=["state", "updated_at"])
    notifications.announce("approval_expired", request=request)


def expire_change_request(*, request_id: UUID, now: datetime) -> None:
    """End a request that nobody waits for any more, if it is open."""
    require_transaction()
    found = ChangeRequest.objects.select_for_update().filter(pk=request_id)
    request = found.filter(state__in=ChangeRequest.OPEN_STATES).first()
    if request is not None:
        expire(request=request, now=now)
