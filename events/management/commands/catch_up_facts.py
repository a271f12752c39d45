"""`catch_up_facts`: bring the facts of every source up to date, print how many there are."""

from typing import Any

from core.ops.commands import ResultCommand
from events.facts import catch_up, sources_by_project


class Command(ResultCommand):
    help = (
        "Derive facts from the events that have arrived, for every source. Results do the same "
        "when they are read; done every minute, it keeps those reads short."
    )

    def result(self, **options: Any) -> str:
        count = 0
        for project_id, sources in sources_by_project().items():
            catch_up(project_id, sources)
            count += len(sources)
        return f"{count} sources are up to date"
