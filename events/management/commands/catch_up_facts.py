"""`catch_up_facts`: bring the facts of every source up to date, print how many there are."""

from typing import Any

from django.utils import timezone

from core.ops.commands import ResultCommand
from events.facts import facts_engine


class Command(ResultCommand):
    help = (
        "Make the sources that metrics and experiments name, delete those that nothing has named "
        "for a day, and derive facts from the events that have arrived, for every source. Results "
        "do the same when they are read; done every minute, it keeps those reads short."
    )

    def result(self, **options: Any) -> str:
        engine = facts_engine()
        return f"{engine.keep_up(now=timezone.now())} {engine.counted} are up to date"
