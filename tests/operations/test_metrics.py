import re
from contextlib import suppress

import pytest
from django.test import Client

from tests.assertions import assert_error
from tests.looping import in_one_test
from tests.operations.conftest import METRICS_TOKEN
from tests.operations.server_requests import ask, bearer

HOLDOUTS = "/api/projects/@current/experiment_holdouts/"
REQUESTS = "experiments_requests_total"
ROUTE = "/api/projects/<project_id>/experiment_holdouts/"


@pytest.fixture
def token(settings, tmp_path):
    settings.METRICS_TOKEN = "open"
    settings.METRICS_FOLDER = str(tmp_path)
    return {"Authorization": "Bearer open"}


def value(text, name, **labels):
    wanted = ",".join(f'{label}="{value}"' for label, value in sorted(labels.items()))
    found = re.search(rf"^{re.escape(f'{name}{{{wanted}}}')} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def scrape(server):
    answer = ask(server, "GET", "/_metrics", headers=bearer(METRICS_TOKEN))
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain")
    return answer.text


def listed(text, status):
    return value(text, REQUESTS, method="GET", route=ROUTE, status=status)


def timed(text):
    return value(text, "experiments_request_seconds_count", method="GET", route=ROUTE)


def test_metrics__two_workers__counted_together_whoever_is_asked(server):
    before = scrape(server)
    for _ in range(30):
        assert ask(server, "GET", HOLDOUTS, headers=bearer(server.key)).status == 200
    ask(server, "GET", HOLDOUTS, headers=bearer("phx_wrong"))

    for text in [scrape(server) for _ in range(8)]:
        assert listed(text, 200) - listed(before, 200) == 30
        assert listed(text, 401) - listed(before, 401) == 1
        assert timed(text) - timed(before) == 31


def test_metrics__worker_killed__nothing_forgotten(server):
    for _ in range(10):
        ask(server, "GET", HOLDOUTS, headers=bearer(server.key))
    before = scrape(server)

    server.kill_worker(0)
    server.wait_until_ready()
    # A connection that still goes to the dead worker is reset; the next one is not.
    with suppress(ConnectionError):
        scrape(server)

    assert listed(scrape(server), 200) == listed(before, 200) >= 10


@in_one_test("headers", [{}, {"Authorization": "Bearer shut"}, {"Authorization": "open"}])
def test_metrics__without_the_token__refused(db, token, headers):
    response = Client().get("/_metrics", headers=headers)

    assert_error(response, 401, "authentication_failed")


def test_metrics__no_token_set__no_such_page(db):
    response = Client().get("/_metrics", headers={"Authorization": "Bearer "})

    assert_error(response, 404, "not_found")


def test_metrics__database_errors_and_retries__counted(db, token, settings):
    settings.ROOT_URLCONF = "tests.operations.failing_views"
    for path in ("away", "deadlock"):
        assert Client(raise_request_exception=False).get(f"/{path}/").status_code in (409, 503)
    settings.ROOT_URLCONF = "experiments_api.urls"

    text = Client().get("/_metrics", headers=token).content.decode()

    assert value(text, "experiments_database_errors_total", code="database_unavailable") >= 1
    assert value(text, "experiments_database_errors_total", code="conflict") >= 1
    assert re.search(r"^experiments_transaction_retries_total [1-9]", text, re.MULTILINE)
