"""PostgreSQL keeps the plans of what is asked again and again."""

import pytest
from django.db import DataError, NotSupportedError, ProgrammingError, connection

from core.postgresql import asking

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps no plans.")
PLANS = "SELECT count(*) FROM pg_prepared_statements"


@pytest.mark.parametrize(("keeps_plans", "number"), [(True, 2), (False, 0)])
def test_ask__plans_kept_or_not__planned_or_not(fresh, keeps_plans, number):
    other = fresh(keeps_plans=keeps_plans)
    other.ask("SELECT %s::int", [1])

    # This one is planned before it is executed.
    assert other.ask(PLANS, []) == [(number,)]


def test_ask__twice__planned_once(fresh):
    other = fresh(keeps_plans=True)
    other.ask("SELECT %s::int", [1])
    other.ask("SELECT %s::int", [2])

    assert other.ask(PLANS, []) == [(2,)]


def test_ask__refused_when_planned__planned_anew(fresh):
    other = fresh(keeps_plans=True)
    for _ in range(2):
        with pytest.raises(Exception, match="nowhere"):
            other.ask("SELECT nowhere", [])

    assert other.ask(PLANS, []) == [(1,)]


def test_ask__refused_when_first_executed__plan_kept(fresh):
    other = fresh(keeps_plans=True)
    for _ in range(2):
        with pytest.raises(DataError):
            other.ask("SELECT 1 / %s::int", [0])

    assert other.ask(PLANS, []) == [(2,)]


def test_ask__column_has_another_type_by_now__refused_once(fresh):
    other = fresh(keeps_plans=True)
    other.cursor().execute("CREATE TEMPORARY TABLE changing AS SELECT 1 AS it")
    assert other.ask("SELECT it FROM changing", []) == [(1,)]
    other.cursor().execute("ALTER TABLE changing ALTER it TYPE text")

    with pytest.raises(NotSupportedError):
        other.ask("SELECT it FROM changing", [])

    assert other.ask("SELECT it FROM changing", []) == [("1",)]


def test_ask__plans_thrown_away__refused_once(fresh):
    other = fresh(keeps_plans=True)
    other.ask("SELECT %s::int", [1])
    other.cursor().execute("DEALLOCATE ALL")

    with pytest.raises(ProgrammingError):
        other.ask("SELECT %s::int", [1])

    assert other.ask("SELECT %s::int", [1]) == [(1,)]


def test_ask__more_statements_than_plans__oldest_forgotten(fresh, monkeypatch):
    monkeypatch.setattr(asking, "PLANS", 3)
    other = fresh(keeps_plans=True)
    for _ in range(2):
        for number in range(5):
            assert other.ask(f"SELECT {number} + %s::int", [1]) == [(number + 1,)]

    assert other.ask(PLANS, []) == [(3,)]
