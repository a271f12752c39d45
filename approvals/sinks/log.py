"""Notifications as lines of the log."""

import logging

from approvals.notifications import Notification

_logger = logging.getLogger(__name__)


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
