"""`sweep_activity`: delete old entries of the history, print how many."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from activity.services import forget_activity
from core.ops.commands import PacedCommand


class Command(PacedCommand):
    help = (
        "Delete what the history tells of more than ACTIVITY_RETENTION_DAYS ago, in pieces; as "
        "often, and by as many, as you like."
    )

    def work(self, **options: Any) -> tuple[int, str]:
        rows = 0
        if days := settings.ACTIVITY_RETENTION_DAYS:
            rows = forget_activity(before=timezone.now() - timedelta(days=days))
        return rows, f"{rows} old entries deleted"
