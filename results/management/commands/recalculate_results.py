"""`recalculate_results`: store the days of experiments that are over, delete old results."""

from typing import Any

from django.utils import timezone

from core.ops.commands import PacedCommand
from results import services


class Command(PacedCommand):
    help = (
        "Store what every metric had come to at the end of each day, for experiments that run or "
        "have ended within a week, and delete results that nobody is given any more."
    )

    def work(self, **options: Any) -> tuple[int, str]:
        now = timezone.now()
        services.delete_old_results(now=now)
        services.delete_old_runs(now=now)
        count = services.store_days(now=now)
        return count, f"{count} daily results were computed"
