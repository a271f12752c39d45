"""Delivers queued webhooks, with retries."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from approvals.models import WebhookDelivery
from approvals.services.post import Unreachable, post
from core.db.pieces import delete_in_pieces
from core.db.transactions import use_case

MAX_ATTEMPTS = 10
FIRST_PAUSE = timedelta(minutes=1)
KEPT = timedelta(days=30)
_MAX_ERROR = 500

_logger = logging.getLogger(__name__)


@dataclass
class Round:
    """How many deliveries arrived, how many will be tried again, how many were given up."""

    delivered: int = 0
    failed: int = 0
    given_up: int = 0


def deliver_due(*, clock: Callable[[], datetime]) -> Round:
    """Post every delivery that is due; rounds at the same time share the work.

    A delivery is claimed before it is posted and recorded after, so no lock is held while an
    endpoint thinks. If this process dies in between, the delivery is posted once more.
    """
    done = Round()
    # One that gives no answer now would only keep the others waiting.
    unreachable: set[UUID] = set()
    while (delivery := _claim(now=clock(), unreachable=unreachable)) is not None:
        try:
            status = post(delivery=delivery, now=clock())
            problem = "" if 200 <= status < 300 else f"HTTP status {status}"
        except Unreachable as error:
            unreachable.add(delivery.endpoint_id)
            problem = str(error)[:_MAX_ERROR]
        state = _state_after(delivery, problem)
        _record(delivery=delivery, state=state, problem=problem, now=clock())
        _count(done, state)
    return done


def forget_deliveries(*, now: datetime) -> int:
    """Delete, in pieces, what was delivered or given up a month ago; return how many there were."""
    done = WebhookDelivery.objects.exclude(state=WebhookDelivery.State.WAITING)
    return delete_in_pieces(done.filter(updated_at__lte=now - KEPT))


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait before the next try."""
    return FIRST_PAUSE * (1 << attempts - 1)


@use_case
def _claim(*, now: datetime, unreachable: set[UUID]) -> WebhookDelivery | None:
    delivery = (
        WebhookDelivery.objects.select_related("endpoint")
        .select_for_update(of=("self",), skip_locked=True)
        .filter(
            state=WebhookDelivery.State.WAITING,
            next_attempt_at__lte=now,
            endpoint__project__deleted_at=None,
        )
        .exclude(endpoint__in=unreachable)
        .order_by("next_attempt_at", "pk")
        .first()
    )
    if delivery is None:
        return None
    delivery.attempts += 1
    delivery.next_attempt_at = now + pause_after(delivery.attempts)
    delivery.updated_at = now
    delivery.save(update_fields=["attempts", "next_attempt_at", "updated_at"])
    return delivery


def _state_after(delivery: WebhookDelivery, problem: str) -> str:
    if not problem:
        return WebhookDelivery.State.DELIVERED
    if delivery.attempts >= MAX_ATTEMPTS:
        return WebhookDelivery.State.GIVEN_UP
    return WebhookDelivery.State.WAITING


@use_case
def _record(*, delivery: WebhookDelivery, state: str, problem: str, now: datetime) -> None:
    # The row may be gone with its endpoint, or delivered by someone who was faster.
    WebhookDelivery.objects.filter(pk=delivery.pk, state=WebhookDelivery.State.WAITING).update(
        state=state, last_error=problem, updated_at=now
    )
    level = logging.WARNING if problem else logging.INFO
    _logger.log(
        level,
        "delivery=%s event=%s project=%s attempt=%s state=%s problem=%s",
        delivery.pk,
        delivery.event,
        delivery.endpoint.project_id,
        delivery.attempts,
        state,
        problem or "-",
    )


def _count(done: Round, state: str) -> None:
    done.delivered += state == WebhookDelivery.State.DELIVERED
    done.failed += state == WebhookDelivery.State.WAITING
    done.given_up += state == WebhookDelivery.State.GIVEN_UP
