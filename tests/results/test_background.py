"""What is computed in the background: async queries, recalculations, results by day."""

import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from core.ops.background import wait_for_background
from results.management.commands.recalculate_results import Command
from tests.results.conftest import AMOUNT, metric, purchases

pytestmark = pytest.mark.django_db(transaction=True)

REVENUE = metric(source=purchases(**AMOUNT), uuid="11111111-1111-4111-8111-111111111111")


@pytest.fixture(autouse=True)
def _background_ends():
    # Nothing may use the tables while they are emptied after the test.
    yield
    wait_for_background()


def until(read, is_done):
    # Threads share one SQLite database in memory here: who reads a table there locks writers out.
    wait_for_background()
    for _ in range(200):
        answer = read()
        assert answer.status_code == 200, answer.json()
        if is_done(answer.json()):
            return answer.json()
        time.sleep(0.05)
    raise AssertionError(answer.json())


@pytest.fixture
def base(project, mini):
    mini.metrics = [REVENUE]
    mini.save()
    return f"/api/projects/{project.pk}/experiments/{mini.pk}"


@pytest.fixture
def query(client, project, mini):
    document = {"kind": "ExperimentQuery", "experiment_id": mini.pk, "metric": REVENUE}

    def send(**body):
        return client.post(f"/api/projects/{project.pk}/query/", {"query": document} | body)

    return send


def test_query__async__polled_until_complete(client, project, query):
    answer = query(refresh="async", client_query_id="mine")
    assert answer.status_code == 202
    assert answer.json()["query_status"]["id"] == "mine"

    poll = f"/api/projects/{project.pk}/query/mine/"
    found = until(lambda: client.get(poll), lambda body: body["query_status"]["complete"])

    assert found["query_status"]["error"] is False
    assert found["query_status"]["results"]["baseline"]["sum"] == 130
    assert query(refresh="async").status_code == 200


def test_query__cancelled__ended_without_result(client, project, query):
    name = query(refresh="force_async").json()["query_status"]["id"]
    url = f"/api/projects/{project.pk}/query/{name}/"

    assert client.delete(url).status_code == 204
    assert client.get(url).json()["query_status"]["complete"] is True


def test_query__unknown_run__not_found(client, project, query):
    assert client.get(f"/api/projects/{project.pk}/query/nothing/").status_code == 404


def test_recalculation__all_metrics__progress_and_results(client, base):
    started = client.post(f"{base}/metrics_recalculation/", {})
    assert (started.status_code, started.json()["total_metrics"]) == (201, 1)

    run = f"{base}/metrics_recalculation/{started.json()['id']}/"
    found = until(lambda: client.get(run), lambda body: body["status"] == "completed")

    assert (found["completed_metrics"], found["failed_metrics"]) == (1, 0)
    assert found["rows_read"] == 15 + 20
    assert found["results"][0]["result"]["baseline"]["sum"] == 130
    assert client.get(f"{base}/metrics_recalculation/latest/").json()["id"] == found["id"]


def test_recalculation__again_at_once__the_same_run(client, base):
    first = client.post(f"{base}/metrics_recalculation/", {"trigger": "manual"}).json()
    run = f"{base}/metrics_recalculation/{first['id']}/"
    until(lambda: client.get(run), lambda body: body["status"] == "completed")

    again = client.post(f"{base}/metrics_recalculation/", {})

    assert (again.status_code, again.json()["id"]) == (200, first["id"])
    assert again.json()["is_existing"] is True


def test_recalculation__none_yet__not_found(client, base):
    assert client.get(f"{base}/metrics_recalculation/latest/").status_code == 404
    assert client.get(f"{base}/metrics_recalculation/{uuid4()}/").status_code == 404


def test_recalculation__unknown_trigger__refused(client, base):
    answer = client.post(f"{base}/metrics_recalculation/", {"trigger": "because"})
    assert (answer.status_code, answer.json()["attr"]) == (400, "trigger")


def timeseries(client, base, fingerprint="f1"):
    query = {"metric_uuid": REVENUE["uuid"], "fingerprint": fingerprint}
    return client.get(f"{base}/timeseries_results/", query)


def test_timeseries__nothing_stored__pending(client, base):
    found = timeseries(client, base).json()

    assert found["status"] == "pending"
    assert len(found["timeseries"]) == 15
    assert set(found["timeseries"].values()) == {None}


def test_timeseries__recalculated__every_day_cumulative(client, base):
    body = {"metric": REVENUE, "fingerprint": "f1"}
    started = client.post(f"{base}/recalculate_timeseries/", body)
    assert (started.status_code, started.json()["fingerprint"]) == (201, "f1")

    found = until(lambda: timeseries(client, base), lambda body: body["status"] == "completed")

    sums = [day["baseline"]["sum"] for day in found["timeseries"].values()]
    assert sums[0] == 30
    assert sums == sorted(sums)
    # The last purchases happened after the end.
    assert found["errors"] is None


def test_timeseries__window_reaches_into_later_days__nothing_before_it_happened(client, base):
    week = REVENUE | {"conversion_window": 7, "conversion_window_unit": "day"}
    client.post(f"{base}/recalculate_timeseries/", {"metric": week, "fingerprint": "f1"})

    found = until(lambda: timeseries(client, base), lambda body: body["status"] == "completed")

    sums = [day["baseline"]["sum"] for day in found["timeseries"].values()]
    assert sums == [30, *[68] * 6, *[73] * 7, 84]


@pytest.mark.parametrize("missing", ["metric_uuid", "fingerprint"])
def test_timeseries__without_a_parameter__refused(client, base, missing):
    query = {"metric_uuid": "a", "fingerprint": "b"}
    del query[missing]
    answer = client.get(f"{base}/timeseries_results/", query)

    assert (answer.status_code, answer.json()["attr"]) == (400, missing)


def test_timeseries__draft__refused(client, project, experiment):
    url = f"/api/projects/{project.pk}/experiments/{experiment.pk}/timeseries_results/"
    answer = client.get(url, {"metric_uuid": "a", "fingerprint": "b"})

    assert answer.status_code == 400


def test_recalculate_results__running_experiment__past_days_stored_once(client, project):
    started = timezone.now() - timedelta(days=2)
    created = client.post(
        f"/api/projects/{project.pk}/experiments/",
        {"name": "Runs", "feature_flag_key": "runs", "start_date": started, "metrics": [REVENUE]},
    ).json()
    shown = created["metrics"][0]["fingerprint"]

    assert Command().result() == "2 daily results were computed"
    assert Command().result() == "0 daily results were computed"
    found = timeseries(client, f"/api/projects/{project.pk}/experiments/{created['id']}", shown)
    # Today is not over.
    assert found.json()["status"] == "partial"


@pytest.mark.parametrize("name", ["a.b", "a/b", ".", "/"])
@pytest.mark.parametrize("refresh", ["async", "lazy_async", "force_async"])
def test_query__async_with_an_id_that_no_route_has__refused(query, refresh, name):
    answer = query(refresh=refresh, client_query_id=name)

    assert (answer.status_code, answer.json()["attr"]) == (400, "client_query_id")


def test_query__blocking_with_any_id__answered(query):
    assert query(client_query_id="results/v1.2").status_code == 200
