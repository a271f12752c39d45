"""The values of facts in ClickHouse are those that the other stores derive, for every property."""

import pytest

from events.clickhouse import client
from events.clickhouse.properties import arrays_of
from events.facts import Matcher, SourceDefinition, Value, ValueKind
from events.facts.extraction import EventRow, Extractor
from events.facts.subqueries import facts
from tests.clickhouse.test_conditions import MISSING, POOL

ODD = [
    "0", " 0 ", "0_0", "-0.0\n", "\u0660", "\u00a00", "\x1c0", "0e5", ".0", "0.", "1e-400",
    "0x0", "0__0", "_0", "0 0", " ", ".", "+", "-", "0-", "\u0661\u0662", " 12 ", "1_2",
    "infinity", "nan ", " inf", "\u00b2", "--1", "\v0", "\x850",
    1e100, -1e101, 1.7e308, 1e-100, -1e-101, 5e-324, "1e200", "1e-200",
]  # fmt: skip
DOCUMENTS = [MISSING, {}, *({"p": value} for value in [*POOL, *ODD])]


@pytest.mark.parametrize("kind", [ValueKind.NUMBER, ValueKind.NUMBER_IF_ANY, ValueKind.TEXT])
def test_values__every_kind_of_property__as_on_other_stores(kind):
    definition = SourceDefinition((Matcher("e"),), Value(kind, "p"))
    rows = [EventRow(place, "e", 7, 5, each) for place, each in enumerate(DOCUMENTS, start=1)]
    client.insert("events", [stored(row) for row in rows])

    found = client.rows(f"SELECT event, value FROM ({facts(1, [definition], now=0)})")
    derived = Extractor(definition).facts(rows, {})
    assert dict(found) == {each.event: each.value for each in derived}


def stored(row):
    return {
        "project_id": 1,
        "event": row.event,
        "actor": row.person,
        "key": f"00000000-0000-0000-0000-{row.id:012}",
        "id": row.id,
        "ts": row.ts,
        "distinct_id": "ann",
        **arrays_of(row.properties),
    }
