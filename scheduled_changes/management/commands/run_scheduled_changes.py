"""`run_scheduled_changes`: make the changes of flags whose time has come, print how many."""

from typing import Any

from django.utils import timezone

from core.ops.commands import PacedCommand
from scheduled_changes.services import run_scheduled_changes


class Command(PacedCommand):
    help = "Make the changes of flags whose scheduled time has come; as often as you like."

    def work(self, **options: Any) -> tuple[int, str]:
        changes = run_scheduled_changes(now=timezone.now())
        return changes, f"{changes} made"
