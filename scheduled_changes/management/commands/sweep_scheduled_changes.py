"""`sweep_scheduled_changes`: delete those made long ago, print how many."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from core.ops.commands import PacedCommand
from scheduled_changes.services import forget_scheduled_changes


class Command(PacedCommand):
    help = (
        "Delete the scheduled changes that were made more than ACTIVITY_RETENTION_DAYS ago, in "
        "pieces; as often, and by as many, as you like."
    )

    def work(self, **options: Any) -> tuple[int, str]:
        rows = 0
        if days := settings.ACTIVITY_RETENTION_DAYS:
            rows = forget_scheduled_changes(before=timezone.now() - timedelta(days=days))
        return rows, f"{rows} old changes deleted"
