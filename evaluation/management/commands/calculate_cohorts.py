"""`calculate_cohorts`: go on with filling static cohorts, where a process that ended left off."""

from typing import Any

from django.utils import timezone

from core.ops.commands import ResultCommand
from evaluation.population import continue_calculations


class Command(ResultCommand):
    help = "Go on with putting people into static cohorts, where a process that ended left off."

    def result(self, **options: Any) -> str:
        return f"{continue_calculations(now=timezone.now())} calculations were ended"
