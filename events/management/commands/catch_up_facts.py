"""`catch_up_facts`: bring the facts of every source up to date, print how many there are."""

from typing import Any

from django.utils import timezone

from core.ops.commands import ResultCommand
from events.facts import catch_up, keep_wanted_sources, sources_by_project, wanted_sources


class Command(ResultCommand):
    help = (
        "Make the sources that metrics and experiments name, delete those that nothing has named "
        "for a day, and derive facts from the events that have arrived, for every source. Results "
        "do the same when they are read; done every minute, it keeps those reads short."
    )

    def result(self, **options: Any) -> str:
        wanted = wanted_sources()
        if wanted is not None:
            keep_wanted_sources(wanted, now=timezone.now())
        count = 0
        for project_id, sources in sources_by_project().items():
            catch_up(project_id, sources)
            count += len(sources)
        return f"{count} sources are up to date"
