"""The events app."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "events"

    def ready(self) -> None:
        from core.ops.health import add_check
        from events.stores import clickhouse_answers

        add_check("clickhouse", clickhouse_answers)
