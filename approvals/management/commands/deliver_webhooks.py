"""`deliver_webhooks`: post what is due to webhook endpoints, print how many."""

from typing import Any

from django.utils import timezone

from approvals.services import deliver_due
from core.ops.commands import PacedCommand


class Command(PacedCommand):
    help = "Post the notifications that are due; as often, and by as many, as you like."

    def work(self, **options: Any) -> tuple[int, str]:
        done = deliver_due(clock=timezone.now)
        tried = done.delivered + done.failed + done.given_up
        return tried, f"{done.delivered} delivered, {done.failed} failed, {done.given_up} given up"
