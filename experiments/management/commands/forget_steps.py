"""`forget_steps`: delete the ones taken for 90 days, print how many."""

from typing import Any

from django.utils import timezone

from core.ops.commands import PacedCommand
from experiments.services import forget_steps


class Command(PacedCommand):
    help = (
        "Delete the scheduled steps of experiments that were taken 90 days ago, in pieces; as "
        "often, and by as many, as you like."
    )

    def work(self, **options: Any) -> tuple[int, str]:
        rows = forget_steps(now=timezone.now())
        return rows, f"{rows} forgotten"
