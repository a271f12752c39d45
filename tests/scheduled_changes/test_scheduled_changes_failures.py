from datetime import timedelta

import pytest
from django.db import connection

from approvals.models import ChangeRequest
from feature_flags.models import FeatureFlag
from scheduled_changes.services import run_scheduled_changes
from scheduled_changes.services.run import MAX_ATTEMPTS
from tests import factories
from tests.approvals.paths import request_at
from tests.scheduled_changes.conftest import DUE

# What a flag called so makes the database say when it is written.
_BROKEN = {
    "sqlite": {
        "temporary": "SELECT json('{')",
        "rule": "SELECT RAISE(ABORT, 'a rule')",
    },
    "postgresql": {
        "temporary": "RAISE EXCEPTION 'no room' USING ERRCODE = '53200'",
        "rule": "RAISE EXCEPTION 'a rule' USING ERRCODE = '23514'",
    },
}


@pytest.fixture
def breaks(db):
    def install(kind: str) -> None:
        table, statement = FeatureFlag._meta.db_table, _BROKEN[connection.vendor][kind]
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute(
                    f"CREATE TRIGGER broken BEFORE UPDATE ON {table} "
                    f"WHEN NEW.key = 'menu' BEGIN {statement}; END"
                )
                return
            cursor.execute(
                "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN {statement}; END $$"
            )
            cursor.execute(
                f"CREATE TRIGGER broken BEFORE UPDATE ON {table} FOR EACH ROW "
                "WHEN (NEW.key = 'menu') EXECUTE FUNCTION broken()"
            )

    return install


def heal() -> None:
    with connection.cursor() as cursor:
        on = "" if connection.vendor == "sqlite" else f" ON {FeatureFlag._meta.db_table}"
        cursor.execute(f"DROP TRIGGER broken{on}")


def test_run__database_in_trouble__tried_again(schedule, run, flag, breaks):
    change = schedule()
    breaks("temporary")

    change = run(change)

    assert (change.executed_at, change.attempts) == (None, 1)
    assert change.failure_reason.endswith("tries again in a minute.")
    heal()
    change = run(change, after=timedelta(minutes=1))
    flag.refresh_from_db()
    assert (change.failure_reason, change.attempts, flag.active) == (None, 0, True)


def test_run__database_in_trouble_for_long__given_up(schedule, run, flag, breaks):
    change = schedule()
    breaks("temporary")
    for _ in range(MAX_ATTEMPTS):
        assert change.executed_at is None
        change = run(change)

    assert (change.executed_at, change.attempts) == (DUE, MAX_ATTEMPTS)
    assert "5 tries" in change.failure_reason
    assert run_scheduled_changes(now=DUE) == 0


def test_run__rule_of_the_database__given_up_at_once(schedule, run, flag, breaks):
    change = schedule()
    breaks("rule")

    change = run(change)

    assert (change.executed_at, change.failure_reason.endswith("rules.")) == (DUE, True)


@pytest.fixture
def agreed_to(make_policy, schedule, voter):
    make_policy("feature_flag.enable")
    change = schedule()
    request = ChangeRequest.objects.get()
    voter.post(request_at(request, "approve"), {})
    return change, request


@pytest.mark.parametrize(("kind", "runs"), [("rule", 1), ("temporary", MAX_ATTEMPTS)])
def test_run__given_up__its_request_is_ended(agreed_to, run, breaks, kind, runs):
    change, request = agreed_to
    breaks(kind)

    for _ in range(runs):
        change = run(change)

    request.refresh_from_db()
    assert (request.state, request.apply_error) == ("failed", change.failure_reason)


def test_run__one_in_trouble__the_others_made(schedule, run, project, flag, breaks):
    other = factories.make_flag(project, "other", active=False)
    change = schedule()
    schedule(record_id=str(other.pk))
    breaks("temporary")

    run(change)

    other.refresh_from_db()
    assert other.active is True
