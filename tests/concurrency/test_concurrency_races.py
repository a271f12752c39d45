import pytest
from django.db import connection

from api.models import IdempotencyKey
from experiments.models import Experiment
from feature_flags.models import FeatureFlag
from holdouts.models import Holdout
from saved_metrics.models import SavedMetric
from tests.approvals.concurrency import at_once, holding
from tests.assertions import assert_error

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("_many_writers"),
]

KEY = {"Idempotency-Key": "once"}
REPLAYED = "Idempotent-Replayed"
MODELS = {
    "experiment": Experiment,
    "flag": FeatureFlag,
    "holdout": Holdout,
    "saved_metric": SavedMetric,
}


@pytest.fixture
def creation(experiments, url):
    body = {"name": "E", "feature_flag_key": "e", "holdout_id": url.split("/")[-2]}
    return experiments, body


def _lock(model):
    return lambda: model.objects.select_for_update().get()


def _statuses(futures):
    return sorted(each.result().status_code for each in futures)


def _terminate_the_one_that_waits_for_this_connection():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        assert cursor.fetchall() == [(True,)]


@pytest.mark.parametrize("name", MODELS)
def test_races__two_changes_of_what_was_read__one_done(admin, make, name):
    url = make(name)
    headers = {"If-Match": admin.get(url).headers["ETag"]}
    changes = [
        lambda: admin.patch(url, {"name": "One"}, headers=headers),
        lambda: admin.patch(url, {"name": "Two"}, headers=headers),
    ]

    with holding(_lock(MODELS[name]), *changes) as futures:
        pass

    assert _statuses(futures) == [200, 412]
    [done] = [each.result() for each in futures if each.result().status_code == 200]
    assert admin.get(url).content == done.content


def test_races__two_changes_without_if_match__both_done(admin, url):
    changes = [lambda: admin.patch(url, {"name": "One"}), lambda: admin.patch(url, {"name": "Two"})]

    with holding(_lock(Holdout), *changes) as futures:
        pass

    assert _statuses(futures) == [200, 200]


def test_races__two_launches_of_what_was_read__one_done(admin, experiment_url):
    headers = {"If-Match": admin.get(experiment_url).headers["ETag"]}
    launch = [lambda: admin.post(f"{experiment_url}launch/", headers=headers)] * 2

    with holding(_lock(Experiment), *launch) as futures:
        pass

    assert _statuses(futures) == [200, 412]


@pytest.mark.parametrize("name", ["holdout", "saved_metric"])
def test_races__change_against_deletion_of_what_was_read__one_done(admin, make, name):
    url = make(name)
    headers = {"If-Match": admin.get(url).headers["ETag"]}
    calls = [
        lambda: admin.patch(url, {"name": "One"}, headers=headers),
        lambda: admin.delete(url, headers=headers),
    ]

    with holding(_lock(MODELS[name]), *calls) as futures:
        pass

    changed, deleted = (each.result().status_code for each in futures)
    assert (changed, deleted) in [(200, 412), (404, 204)]
    assert admin.get(url).status_code == (200 if changed == 200 else 404)


def test_races__one_key_twice__made_once_and_answered_alike(client, creation):
    create = [lambda: client.post(*creation, headers=KEY)] * 2

    with holding(_lock(Holdout), *create) as futures:
        assert not Experiment.objects.exists()

    answers = [each.result() for each in futures]
    assert _statuses(futures) == [201, 201]
    assert len({answer.content for answer in answers}) == 1
    assert sorted(answer.headers.get(REPLAYED, "") for answer in answers) == ["", "true"]
    assert Experiment.objects.count() == 1


def test_races__one_key_many_times_at_once__made_once(client, holdouts):
    answers = at_once(*[lambda: client.post(holdouts, {"name": "H"}, headers=KEY)] * 4)

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert Holdout.objects.count() == 1


def test_races__first_takes_long__conflict_until_it_is_done(client, creation, settings):
    settings.IDEMPOTENCY_WAIT_SECONDS = 0.05

    def create():
        return client.post(*creation, headers=KEY)

    with holding(_lock(Holdout), create) as futures:
        [early] = at_once(create)

    assert_error(early, 409, "conflict")
    assert early.headers["Retry-After"] == "1"
    assert _statuses(futures) == [201]
    assert create().headers[REPLAYED] == "true"


def test_races__first_is_killed__nothing_done_and_the_second_runs(client, creation):
    client.raise_request_exception = False
    create = [lambda: client.post(*creation, headers=KEY)] * 2

    with holding(_lock(Holdout), *create) as futures:
        _terminate_the_one_that_waits_for_this_connection()

    assert _statuses(futures) == [201, 503]
    assert Experiment.objects.count() == IdempotencyKey.objects.count() == 1
    [done] = [each.result() for each in futures if each.result().status_code == 201]
    assert REPLAYED not in done.headers
    assert client.post(*creation, headers=KEY).content == done.content
