"""`run_schedules`: launch and end the experiments whose time has come, print how many."""

from typing import Any

from django.utils import timezone

from core.ops.commands import ResultCommand
from experiments.services import run_schedules


class Command(ResultCommand):
    help = "Launch and end the experiments whose scheduled time has come; as often as you like."

    def result(self, **options: Any) -> str:
        return f"{run_schedules(now=timezone.now())} taken"
