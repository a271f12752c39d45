"""Whose runs in the background are, when they are over, and what they are begun anew for."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.ops import background
from core.ops.background import wait_for_background
from results.models import QueryRun, Recalculation, RunStatus, TimeseriesRun
from results.services import days
from tests.client import DocumentedClient
from tests.concurrency.replays import KEY, assert_replayed
from tests.factories import make_key
from tests.results.conftest import AMOUNT, metric, purchases

pytestmark = pytest.mark.django_db(transaction=True)

UUID = "11111111-1111-4111-8111-111111111111"
REVENUE = metric(source=purchases(**AMOUNT), uuid=UUID)
COUNT = metric(source=purchases("total"), uuid=UUID)


@pytest.fixture(autouse=True)
def _background_ends():
    yield
    wait_for_background()


@pytest.fixture
def base(project, mini):
    mini.metrics = [REVENUE]
    mini.save()
    return f"/api/projects/{project.pk}/experiments/{mini.pk}"


@pytest.fixture
def send(client, project, mini):
    """Send a query under an id, to be computed in the background."""

    def sent(document=REVENUE, by=client):
        query = {"kind": "ExperimentQuery", "experiment_id": mini.pk, "metric": document}
        body = {"query": query, "refresh": "force_async", "client_query_id": "mine"}
        answer = by.post(f"/api/projects/{project.pk}/query/", body)
        wait_for_background()
        return answer

    return sent


@pytest.fixture
def poll(client, project):
    def polled(by=client):
        return by.get(f"/api/projects/{project.pk}/query/mine/")

    return polled


def test_query__same_id_for_another_query__its_own_result(send, poll):
    send(REVENUE)
    assert poll().json()["query_status"]["results"]["baseline"]["sum"] == 130
    send(COUNT)

    assert poll().json()["query_status"]["results"]["baseline"]["sum"] == 8


def test_query__id_of_somebody_else__neither_read_nor_taken(grace, send, poll):
    other = DocumentedClient(make_key(grace, "query:read"))
    send()

    assert poll(by=other).status_code == 404
    refused = send(COUNT, by=other)
    assert (refused.status_code, refused.json()["attr"]) == (400, "client_query_id")
    assert poll().json()["query_status"]["results"]["baseline"]["sum"] == 130


def test_query__experiment_is_gone__its_run_too(client, project, send, poll, mini):
    send()
    mini.deleted = True
    mini.save()

    assert poll().status_code == 404
    assert client.delete(f"/api/projects/{project.pk}/query/mine/").status_code == 404


def test_query__server_was_stopped_meanwhile__told_and_begun_anew(send, poll):
    send()
    before = timezone.now() - timedelta(hours=1)
    QueryRun.objects.update(created_at=before, ended_at=None, results=None)

    lost = poll().json()["query_status"]
    assert (lost["complete"], lost["error"], lost["results"]) == (True, True, None)
    send()
    assert poll().json()["query_status"]["results"]["baseline"]["sum"] == 130


def test_recalculation__of_the_run_before_a_reset__not_served(client, base):
    client.post(f"{base}/metrics_recalculation/", {})
    wait_for_background()
    client.post(f"{base}/reset/", {})
    assert client.get(f"{base}/metrics_recalculation/latest/").status_code == 404
    client.post(f"{base}/launch/", {})

    assert client.get(f"{base}/metrics_recalculation/latest/").status_code == 404
    assert client.post(f"{base}/metrics_recalculation/", {}).status_code == 201


def test_recalculation__metrics_changed_since_the_last_one__a_new_run(client, base, mini):
    client.post(f"{base}/metrics_recalculation/", {})
    wait_for_background()
    mini.metrics = [COUNT]
    mini.save()

    assert client.post(f"{base}/metrics_recalculation/", {}).status_code == 201


def test_recalculation__server_was_stopped_meanwhile__given_up(client, base, mini):
    pending = {"metric_uuid": UUID, "status": "pending", "result": None}
    lost = Recalculation.objects.create(
        experiment=mini,
        created_at=timezone.now() - timedelta(hours=2),
        status=RunStatus.IN_PROGRESS,
        results=[pending | {"error_message": None, "rows_read": 0}],
    )

    assert client.post(f"{base}/metrics_recalculation/", {}).status_code == 201
    shown = client.get(f"{base}/metrics_recalculation/{lost.pk}/").json()
    assert (shown["status"], shown["running_metrics"]) == ("failed", 0)
    assert shown["completed_at"] is not None


def test_recalculation__given_up_before_its_turn__left_alone(client, base, monkeypatch):
    # Only what is begun after it has its turn.
    begun = []
    monkeypatch.setattr("results.services.recalculation.in_background", begun.append)
    client.post(f"{base}/metrics_recalculation/", {})
    Recalculation.objects.update(status=RunStatus.FAILED)
    again = client.post(f"{base}/metrics_recalculation/", {})
    for work in begun:
        work()

    assert again.status_code == 201
    states = Recalculation.objects.order_by("created_at").values_list("status", flat=True)
    assert list(states) == [RunStatus.FAILED, RunStatus.COMPLETED]


@pytest.mark.parametrize(
    ("model", "path"),
    [(Recalculation, "metrics_recalculation"), (TimeseriesRun, "recalculate_timeseries")],
    ids=["metrics", "days"],
)
def test_run__the_one_under_way_ends_meanwhile__it_is_the_answer(
    client, base, monkeypatch, model, path
):
    body = {"metric": REVENUE, "fingerprint": "f1", "trigger": "auto_refresh"}
    first = client.post(f"{base}/{path}/", body).json()
    wait_for_background()
    monkeypatch.setattr(model.objects, "bulk_create", lambda rows, **_: [])

    again = client.post(f"{base}/{path}/", body)

    assert (again.status_code, again.json()["id"]) == (200, first["id"])


def test_timeseries__one_day_after_the_other__others_have_their_turn(client, base, monkeypatch):
    begun = []
    monkeypatch.setattr(days, "in_background", begun.append)
    client.post(f"{base}/recalculate_timeseries/", {"metric": REVENUE, "fingerprint": "f1"})
    turns = 0
    while begun:
        begun.pop()()
        turns += 1

    assert turns == 15
    assert TimeseriesRun.objects.get().status == RunStatus.COMPLETED


@pytest.mark.parametrize("path", ["metrics_recalculation", "recalculate_timeseries"])
def test_run__too_much_waits__asked_to_wait(client, base, monkeypatch, path):
    monkeypatch.setattr(background, "_MOST", 0)

    answer = client.post(f"{base}/{path}/", {"metric": REVENUE, "fingerprint": "f1"})

    assert (answer.status_code, answer.json()["code"]) == (503, "query_at_capacity")
    assert not Recalculation.objects.exists()
    assert not TimeseriesRun.objects.exists()


@pytest.mark.parametrize(
    ("step", "body"),
    [
        ("metrics_recalculation", {}),
        ("recalculate_timeseries", {"metric": REVENUE, "fingerprint": "x"}),
    ],
)
def test_run__repeated_under_its_key__answered_again(client, base, step, body):
    first = client.post(f"{base}/{step}/", body, headers=KEY)
    wait_for_background()
    assert first.status_code < 300

    assert_replayed(client.post(f"{base}/{step}/", body, headers=KEY), first)


def test_run__repeated_under_its_key_when_denied__refused(grace, base, mini):
    by, url = DocumentedClient(make_key(grace)), f"{base}/metrics_recalculation/"
    assert by.post(url, {}, headers=KEY).status_code == 201
    wait_for_background()
    mini.project.access_controls.create(
        resource="experiment", resource_id=str(mini.pk), access_level="none"
    )

    assert by.post(url, {}, headers=KEY).status_code == 403
