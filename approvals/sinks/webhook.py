"""Notifications as rows that `deliver_webhooks` posts to the project's endpoint."""

import json

from django.utils import timezone
from rest_framework.renderers import JSONRenderer

from approvals import services
from approvals.models import ChangeRequest
from approvals.notifications import InsideTransaction, Notification
from approvals.selectors import find_webhook, list_change_requests
from approvals.serializers import ChangeRequestSerializer


@InsideTransaction
def to_outbox(notification: Notification) -> None:
    """Queue the notification for the project's endpoint, if it has one."""
    request = notification.request
    endpoint = find_webhook(project_id=request.project_id)
    if endpoint is None:
        return
    services.queue_delivery(
        endpoint=endpoint,
        request=request,
        event=notification.event,
        document=_as_shown(request),
        now=timezone.now(),
    )


def _as_shown(request: ChangeRequest) -> dict[str, object]:
    # Read anew, with its votes, and rendered for nobody in particular.
    shown = list_change_requests(project=request.project).get(pk=request.pk)
    document: dict[str, object] = json.loads(
        JSONRenderer().render(ChangeRequestSerializer(shown).data)
    )
    return document
