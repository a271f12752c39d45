from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from activity.models import ActivityLog
from api.models import IdempotencyKey
from approvals.models import ChangeRequest, WebhookDelivery
from approvals.services import set_webhook
from core.db.transactions import ATTEMPTS, use_case
from experiments.models import Experiment
from feature_flags.models import FeatureFlag
from holdouts.models import Holdout
from tests.approvals.concurrency import PATIENCE, at_once, held_elsewhere
from tests.approvals.receiver import gate_launches
from tests.assertions import assert_error
from tests.concurrency.replays import REPLAYED
from tests.factories import make_holdout

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("postgresql")]

DEADLOCK, SERIALIZATION = "40P01", "40001"
# A sequence counts on whatever is undone: the first so many statements fail, then they succeed.
_FAILING = """
    CREATE SEQUENCE failures;
    CREATE FUNCTION fail_at_first() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF nextval('failures') <= {times} THEN
            RAISE EXCEPTION USING ERRCODE = '{sqlstate}', MESSAGE = 'in the way';
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER fail_at_first AFTER INSERT OR UPDATE OR DELETE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION fail_at_first();
"""
HISTORY = ActivityLog._meta.db_table


@pytest.fixture
def fail():
    tables = []

    def make(*, sqlstate=DEADLOCK, times=1, table=HISTORY):
        tables.append(table)
        with connection.cursor() as cursor:
            cursor.execute(_FAILING.format(sqlstate=sqlstate, times=times, table=table))

    yield make
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"DROP TRIGGER fail_at_first ON {table}")
        cursor.execute("DROP FUNCTION fail_at_first; DROP SEQUENCE failures")


@pytest.fixture
def experiments(holdouts):
    return holdouts.replace("experiment_holdouts", "experiments")


@pytest.mark.parametrize("sqlstate", [DEADLOCK, SERIALIZATION])
def test_collision__now_and_then__done_again(client, experiments, fail, sqlstate):
    fail(sqlstate=sqlstate, times=ATTEMPTS - 1)

    response = client.post(experiments, {"name": "E", "feature_flag_key": "e"})

    assert response.status_code == 201
    assert Experiment.objects.count() == FeatureFlag.objects.count() == 1
    assert ActivityLog.objects.filter(scope="Experiment").count() == 1


def test_collision__every_time__conflict_and_nothing_done(client, experiments, fail):
    fail(times=ATTEMPTS)

    response = client.post(experiments, {"name": "E", "feature_flag_key": "e"})

    assert_error(response, 409, "conflict")
    assert response.headers["Retry-After"] == "1"
    assert not Experiment.objects.exists()
    assert not FeatureFlag.objects.exists()


def test_collision__change_of_what_was_read__expectation_asked_anew(client, holdouts, fail):
    url = f"{holdouts}{client.post(holdouts, {'name': 'H'}).json()['id']}/"
    headers = {"If-Match": client.get(url).headers["ETag"]}
    fail()

    changed = client.patch(url, {"name": "New"}, headers=headers)

    assert (changed.status_code, changed.json()["name"]) == (200, "New")
    assert_error(client.patch(url, {"name": "X"}, headers=headers), 412, "precondition_failed")


def test_collision__repeatable_request__done_once_and_replayed(client, holdouts, fail):
    fail(times=ATTEMPTS - 1)
    headers = {"Idempotency-Key": "once"}

    first = client.post(holdouts, {"name": "H"}, headers=headers)
    second = client.post(holdouts, {"name": "H"}, headers=headers)

    assert (first.status_code, second.content) == (201, first.content)
    assert REPLAYED not in first.headers
    assert second.headers[REPLAYED] == "true"
    assert Holdout.objects.count() == 1


def test_collision__repeatable_request_every_time__key_stays_free(client, holdouts, fail):
    fail(times=ATTEMPTS)
    headers = {"Idempotency-Key": "once"}

    first = client.post(holdouts, {"name": "H"}, headers=headers)

    assert_error(first, 409, "conflict")
    assert first.headers["Retry-After"] == "1"
    assert not IdempotencyKey.objects.exists()
    assert client.post(holdouts, {"name": "H"}, headers=headers).status_code == 201


def test_collision__change_of_a_keys_row__repeated_with_it(client, holdouts, fail):
    fail(table=IdempotencyKey._meta.db_table)

    response = client.post(holdouts, {"name": "H"}, headers={"Idempotency-Key": "once"})

    assert response.status_code == 201
    assert Holdout.objects.count() == IdempotencyKey.objects.count() == 1


def test_collision__webhook_on_its_way__change_request_recorded_with_it(
    client, project, grace, experiment, fail
):
    now = timezone.now()
    gate_launches(project, grace, now=now)
    set_webhook(project_id=project.pk, url="https://example.com/", now=now)
    fail(table=WebhookDelivery._meta.db_table)

    response = client.post(f"/api/projects/{project.pk}/experiments/{experiment.pk}/launch/")

    assert (response.status_code, response.json()["code"]) == (409, "approval_required")
    assert ChangeRequest.objects.count() == WebhookDelivery.objects.count() == 1


def test_deadlock__two_who_lock_in_opposite_order__both_done(project, ada):
    holdouts = [make_holdout(project, ada), make_holdout(project, ada)]
    both_hold_one, runs = Barrier(2), []

    @use_case
    def rename(first, second, name):
        runs.append(name)
        is_first_time = len(runs) <= 2
        Holdout.objects.filter(pk=first.pk).update(name=name)
        if is_first_time:
            both_hold_one.wait(PATIENCE)
        Holdout.objects.filter(pk=second.pk).update(name=name)

    at_once(
        lambda: rename(*holdouts, "there"),
        lambda: rename(*reversed(holdouts), "back"),
    )

    assert len(runs) == 3
    assert {holdout.name for holdout in Holdout.objects.all()} == {runs[-1]}


def test_lock__held_for_too_long__conflict(client, holdouts, holdout, using):
    with (
        held_elsewhere(lambda: Holdout.objects.select_for_update().get()),
        using(options={"options": "-c lock_timeout=200ms"}),
    ):
        response = client.patch(f"{holdouts}{holdout.pk}/", {"name": "New"})

    assert_error(response, 409, "conflict")
    assert response.headers["Retry-After"] == "1"


def test_statement__takes_too_long__unavailable(client, holdouts, holdout, using):
    with (
        held_elsewhere(lambda: Holdout.objects.select_for_update().get()),
        using(options={"options": "-c statement_timeout=200ms"}),
    ):
        response = client.patch(f"{holdouts}{holdout.pk}/", {"name": "New"})

    assert_error(response, 503, "database_unavailable")
    assert response.headers["Retry-After"] == "1"


def test_database__only_to_be_read__changes_unavailable_and_reads_answered(
    client, holdouts, holdout, using
):
    with using(options={"options": "-c default_transaction_read_only=on"}):
        read = client.get(holdouts)
        changed = client.patch(f"{holdouts}{holdout.pk}/", {"name": "New"})

    assert read.status_code == 200
    assert_error(changed, 503, "database_unavailable")
    assert changed.headers["Retry-After"] == "30"
