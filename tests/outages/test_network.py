from time import monotonic

import pytest

from activity.models import ActivityLog
from holdouts.models import Holdout
from tests.approvals.concurrency import held_elsewhere, wait_until_waiting
from tests.assertions import assert_error

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _failures_are_answers(client):
    client.raise_request_exception = False


def assert_unavailable(response):
    assert_error(response, 503, "database_unavailable")
    assert response.json()["type"] == "server_error"
    assert response.headers["Retry-After"] == "1"


def test_outage__connection_refused__unavailable_until_it_is_back(client, holdouts, network):
    assert client.get(holdouts).status_code == 200

    network.close()

    for response in (
        client.get(holdouts),
        client.post(holdouts, {"name": "H"}),
        client.post(holdouts, {"name": "H"}, headers={"Idempotency-Key": "once"}),
        client.get("/api/projects/@current/experiments/"),
    ):
        assert_unavailable(response)
    assert client.get("/_livez").json() == {"http": True}
    ready = client.get("/_readyz")
    assert (ready.status_code, ready.json()["postgres"]) == (503, False)

    network.open()

    assert client.get("/_readyz").status_code == 200
    again = client.post(holdouts, {"name": "H"}, headers={"Idempotency-Key": "once"})
    assert again.status_code == 201
    assert "Idempotent-Replayed" not in again.headers
    assert client.get(holdouts).json()["count"] == 1


def test_outage__cut_between_requests__nobody_notices(client, holdouts, network):
    assert client.get(holdouts).status_code == 200

    network.cut()

    assert client.get(holdouts).status_code == 200
    network.cut()
    assert client.post(holdouts, {"name": "H"}).status_code == 201


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "once"}], ids=["plain", "repeatable"])
def test_outage__cut_during_a_change__nothing_changed(client, holdouts, holdout, network, headers):
    url = holdouts.replace("experiment_holdouts", "experiments")
    body = {"name": "E", "feature_flag_key": "e", "holdout_id": holdout.pk}
    entries = ActivityLog.objects.count()

    def cut():
        wait_until_waiting(1)
        network.cut()

    with held_elsewhere(lambda: Holdout.objects.select_for_update().get(), until=cut):
        response = client.post(url, body, headers=headers)

    assert_unavailable(response)
    assert ActivityLog.objects.count() == entries
    assert client.post(url, body, headers=headers).status_code == 201


def test_outage__page_of_the_admin_site__the_error_object(client, network):
    client.cookies["sessionid"] = "a" * 32
    network.close()

    assert_unavailable(client.get("/admin/"))


def test_outage__nobody_answers__unavailable_in_time(client, holdouts, network):
    assert client.get(holdouts).status_code == 200

    with network.swallowing():
        start = monotonic()
        assert_unavailable(client.get(holdouts))
        # The connection there was is given up, then the new one.
        assert monotonic() - start < 6

        # Those who come next do not wait as long.
        start = monotonic()
        assert_unavailable(client.get(holdouts))
        assert client.get("/_livez").status_code == 200
        assert monotonic() - start < 0.9

    assert _recovers(client, holdouts)


def _recovers(client, url, within=5):
    deadline = monotonic() + within
    while monotonic() < deadline:
        if client.get(url).status_code == 200:
            return True
    return False
