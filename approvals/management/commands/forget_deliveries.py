"""`forget_deliveries`: delete the ones done for 30 days, print how many."""

from typing import Any

from django.utils import timezone

from approvals.services import forget_deliveries
from core.ops.commands import PacedCommand


class Command(PacedCommand):
    help = (
        "Delete the notifications that were delivered or given up 30 days ago, in small pieces; as "
        "often, and by as many, as you like."
    )

    def work(self, **options: Any) -> tuple[int, str]:
        rows = forget_deliveries(now=timezone.now())
        return rows, f"{rows} forgotten"
