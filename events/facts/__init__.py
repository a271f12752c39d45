"""Facts: what sources say of events, as rows of whole numbers that results are computed from.

A source is a question to every event: does it match, and what is its value? A fact is one answer:
`(source, person, ts, event, value)`. Facts follow the events by a watermark for each source, so
they can be deleted at any time and are derived again.
"""

from django.conf import settings

from events.facts.catch_up import catch_up
from events.facts.clickhouse import ClickHouseFacts
from events.facts.definitions import Matcher, SourceDefinition, Value, ValueKind
from events.facts.interface import (
    FactsEngine,
    ReadyFacts,
    StatementTookTooLong,
    Watermark,
)
from events.facts.relational import RelationalFacts
from events.facts.sources import (
    delete_sources_but,
    delete_unused_sources,
    get_or_create_sources,
    keep_wanted_sources,
    rebuild,
)
from events.facts.wanted import wanted_by, wanted_sources
from events.facts.watermarks import watermark
from events.routers import facts_alias

__all__ = [
    "Matcher",
    "ReadyFacts",
    "SourceDefinition",
    "StatementTookTooLong",
    "Value",
    "ValueKind",
    "Watermark",
    "catch_up",
    "delete_sources_but",
    "delete_unused_sources",
    "facts_alias",
    "facts_engine",
    "get_or_create_sources",
    "keep_wanted_sources",
    "rebuild",
    "wanted_by",
    "wanted_sources",
    "watermark",
]

_RELATIONAL: FactsEngine = RelationalFacts()
_CLICKHOUSE: FactsEngine = ClickHouseFacts()


def facts_engine() -> FactsEngine:
    """Return what derives facts from the events of the store that the settings name."""
    return _CLICKHOUSE if settings.EVENTS_URL else _RELATIONAL
