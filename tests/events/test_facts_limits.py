"""Statements over facts end when they take longer than they may."""

import pytest
from django.db import connections

from events.facts import (
    Matcher,
    SourceDefinition,
    StatementTookTooLong,
    Value,
    ValueKind,
    facts_alias,
    facts_engine,
    relational,
)
from events.numbers import stable_number
from tests.events.conftest import event

PLAN = SourceDefinition((Matcher("buy"),), Value(ValueKind.TEXT, "plan"))
SLOW = (
    "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers"
    " WHERE n < 100000000) SELECT COUNT(*) AS who FROM numbers"
)


@pytest.fixture
def facts(send, project):
    send(event("buy", properties={"plan": "paid"}))
    return facts_engine().ready(project.pk, [PLAN])


@pytest.fixture
def _looks_at_the_clock_at_once(db, monkeypatch):
    if connections[facts_alias()].vendor != "sqlite":
        pytest.skip("PostgreSQL has no time limit so short that it would be none.")
    monkeypatch.setattr(relational, "_STEPS", 1)


def test_stored__slow_part__took_too_long(facts):
    with pytest.raises(StatementTookTooLong), facts.stored([("slow", SLOW)], seconds=1):
        pytest.fail("It was stored.")


def test_stored__quick_part__there_until_the_end(facts):
    with facts.stored([("quick", "SELECT 7 AS who")], seconds=60) as table:
        assert table == "results_exposed"
        assert facts.rows("SELECT who FROM results_exposed", seconds=60) == [(7,)]


@pytest.mark.usefixtures("_looks_at_the_clock_at_once")
def test_texts__no_time__took_too_long(facts):
    numbers = [stable_number("paid")]
    assert facts.texts(facts.ids[0], "plan", numbers, seconds=60) == {numbers[0]: "paid"}

    with pytest.raises(StatementTookTooLong):
        facts.texts(facts.ids[0], "plan", numbers, seconds=0)


@pytest.mark.usefixtures("_looks_at_the_clock_at_once")
def test_count__no_time__took_too_long(facts):
    assert facts.count(seconds=60) == 1

    with pytest.raises(StatementTookTooLong):
        facts.count(seconds=0)
