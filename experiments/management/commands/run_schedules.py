"""`run_schedules`: launch and end the experiments whose time has come, print how many."""

from typing import Any

from django.utils import timezone

from core.ops.commands import PacedCommand
from experiments.services import run_schedules


class Command(PacedCommand):
    help = "Launch and end the experiments whose scheduled time has come; as often as you like."

    def work(self, **options: Any) -> tuple[int, str]:
        steps = run_schedules(now=timezone.now())
        return steps, f"{steps} taken"
