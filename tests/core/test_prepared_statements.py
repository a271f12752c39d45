"""PostgreSQL keeps prepared statements per connection."""

import pytest
from django.db import DataError, NotSupportedError, connection

from core.db.errors import is_worth_repeating, refusal_for
from core.db.postgresql import pipeline

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps no plans.")
PLANS = "SELECT count(*) FROM pg_prepared_statements"


@pytest.mark.parametrize(("keeps_plans", "number"), [(True, 2), (False, 0)])
def test_fetch__plans_kept_or_not__planned_or_not(fresh, keeps_plans, number):
    other = fresh(keeps_plans=keeps_plans)
    other.fetch("SELECT %s::int", [1])

    # This one is planned before it is executed.
    assert other.fetch(PLANS, []) == [(number,)]


def test_fetch__twice__planned_once(fresh):
    other = fresh(keeps_plans=True)
    other.fetch("SELECT %s::int", [1])
    other.fetch("SELECT %s::int", [2])

    assert other.fetch(PLANS, []) == [(2,)]


def test_fetch__refused_when_planned__planned_anew(fresh):
    other = fresh(keeps_plans=True)
    for _ in range(2):
        with pytest.raises(Exception, match="nowhere"):
            other.fetch("SELECT nowhere", [])

    assert other.fetch(PLANS, []) == [(1,)]


def test_fetch__refused_when_first_executed__plan_kept(fresh):
    other = fresh(keeps_plans=True)
    for _ in range(2):
        with pytest.raises(DataError):
            other.fetch("SELECT 1 / %s::int", [0])

    assert other.fetch(PLANS, []) == [(2,)]


def test_fetch__column_has_another_type_by_now__asked_again(fresh):
    other = fresh(keeps_plans=True)
    other.cursor().execute("CREATE TEMPORARY TABLE changing AS SELECT 1 AS it")
    assert other.fetch("SELECT it FROM changing", []) == [(1,)]
    other.cursor().execute("ALTER TABLE changing ALTER it TYPE text")

    assert other.fetch("SELECT it FROM changing", []) == [("1",)]


def test_fetch__column_has_another_type_and_a_transaction_is_open__refused_and_repeatable(fresh):
    other = fresh(keeps_plans=True)
    other.cursor().execute("CREATE TEMPORARY TABLE changing AS SELECT 1 AS it, 2 AS that")
    other.fetch("SELECT it FROM changing", [])
    other.fetch("SELECT that FROM changing", [])
    other.cursor().execute("ALTER TABLE changing ALTER it TYPE text, ALTER that TYPE text")
    other.set_autocommit(False)

    with pytest.raises(NotSupportedError) as refused:
        other.fetch("SELECT it FROM changing", [])

    assert is_worth_repeating(refused.value)
    assert refusal_for(refused.value).status_code == 503
    assert refusal_for(refused.value).wait
    other.rollback()
    assert other.fetch("SELECT that FROM changing", []) == [("2",)]
    other.rollback()
    other.set_autocommit(True)


def test_fetch__plans_thrown_away__planned_anew(fresh):
    other = fresh(keeps_plans=True)
    other.fetch("SELECT %s::int", [1])
    other.cursor().execute("DEALLOCATE ALL")

    assert other.fetch("SELECT %s::int", [1]) == [(1,)]


def test_fetch__more_statements_than_plans__oldest_forgotten(fresh, monkeypatch):
    monkeypatch.setattr(pipeline, "PLANS", 3)
    other = fresh(keeps_plans=True)
    for _ in range(2):
        for number in range(5):
            assert other.fetch(f"SELECT {number} + %s::int", [1]) == [(number + 1,)]

    assert other.fetch(PLANS, []) == [(3,)]
