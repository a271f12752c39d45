"""Telling people about change requests, through whatever sinks the settings name."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from approvals.models import ChangeRequest

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Notification:
    """Something that happened to a change request."""

    event: str
    request: ChangeRequest


Sink = Callable[[Notification], None]


def announce(event: str, *, request: ChangeRequest) -> None:
    """Tell every sink once the transaction is committed; a sink's failure is logged, not raised."""
    notification = Notification(event, request)
    transaction.on_commit(lambda: _deliver(notification), robust=True)


def to_log(notification: Notification) -> None:
    """Write the notification to the log, as words and values."""
    request = notification.request
    _logger.info(
        "event=%s change_request=%s action=%s project=%s state=%s",
        notification.event,
        request.pk,
        request.action_key,
        request.project_id,
        request.state,
    )


def _deliver(notification: Notification) -> None:
    for path in settings.APPROVAL_NOTIFICATION_SINKS:
        try:
            import_string(path)(notification)
        except Exception:
            _logger.exception("The sink %s failed on %s.", path, notification.event)
