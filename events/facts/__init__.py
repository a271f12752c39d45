"""Facts: what sources say of events, as rows of whole numbers that results are computed from.

A source is a question to every event: does it match, and what is its value? A fact is one answer:
`(source, person, ts, event, value)`. Facts follow the events by a watermark for each source, so
they can be deleted at any time and are derived again.
"""

from events.facts.catch_up import catch_up
from events.facts.definitions import Matcher, SourceDefinition, Value, ValueKind
from events.facts.extraction import text_of_value
from events.facts.sources import (
    count_facts,
    delete_facts_before,
    delete_sources_but,
    delete_unused_sources,
    get_or_create_sources,
    keep_wanted_sources,
    rebuild,
    sources_by_project,
)
from events.facts.wanted import wanted_by, wanted_sources
from events.facts.watermarks import Watermark, watermark
from events.routers import facts_alias

__all__ = [
    "Matcher",
    "SourceDefinition",
    "Value",
    "ValueKind",
    "Watermark",
    "catch_up",
    "count_facts",
    "delete_facts_before",
    "delete_sources_but",
    "delete_unused_sources",
    "facts_alias",
    "get_or_create_sources",
    "keep_wanted_sources",
    "rebuild",
    "sources_by_project",
    "text_of_value",
    "wanted_by",
    "wanted_sources",
    "watermark",
]
