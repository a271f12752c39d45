"""`prepare_events`: make the tables of events on the server that EVENTS_URL names."""

from typing import Any

from core.ops.commands import ResultCommand
from events.stores import event_store


class Command(ResultCommand):
    help = (
        "Make the database and the tables for events on the server that EVENTS_URL names, where "
        "they are missing. Without EVENTS_URL migrations have made them, and nothing is done."
    )

    def result(self, **options: Any) -> str:
        event_store().prepare()
        return "The tables of events are there"
