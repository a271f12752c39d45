"""`finish_deletions`: delete what is left of deleted projects and organizations, print how much."""

from typing import Any

from core.ops.commands import PacedCommand
from organizations.services import finish_deletions


class Command(PacedCommand):
    help = (
        "Delete what is left of deleted projects and organizations, in small portions; as often, "
        "and by as many, as you like."
    )

    def work(self, **options: Any) -> tuple[int, str]:
        rows = finish_deletions()
        return rows, f"{rows} rows deleted"
