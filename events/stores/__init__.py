"""Where events are kept: the one place that knows which database holds them."""

from django.conf import settings

from events.stores.clickhouse import ClickHouseStore
from events.stores.interface import EventStore, StoredEvent
from events.stores.relational import RelationalStore

__all__ = ["EventStore", "StoredEvent", "clickhouse_answers", "event_store"]

_RELATIONAL: EventStore = RelationalStore()
_CLICKHOUSE: EventStore = ClickHouseStore()


def event_store() -> EventStore:
    """Return the store that the settings name."""
    return _CLICKHOUSE if settings.EVENTS_URL else _RELATIONAL


def clickhouse_answers() -> bool | None:
    """Tell whether the store can be asked; None when it is the database of everything else."""
    return _CLICKHOUSE.answers() if settings.EVENTS_URL else None
