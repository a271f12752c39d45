import json
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection

import psycopg
import pytest

from bench.reliability.cluster import Cluster, NoPostgres
from bench.reliability.server import Server
from core.db.postgresql.base import PAUSE_AFTER_TIMEOUT
from tests.operations.pooler import Pooler, program
from tests.operations.server_requests import ask, bearer

EXPERIMENTS = "/api/projects/@current/experiments/"
LIMITS = {
    "statement_timeout": "15s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "30s",
}


@pytest.fixture(scope="module")
def cluster():
    if program() is None:
        pytest.skip("PgBouncer is not installed here")
    try:
        made = Cluster()
    except NoPostgres as reason:
        pytest.skip(str(reason))
    with closing(made):
        made.start()
        with psycopg.connect(made.url) as connection:
            for name, value in LIMITS.items():
                connection.execute(f"ALTER ROLE postgres SET {name} = '{value}'")
        yield made


@pytest.fixture(scope="module")
def pooler(cluster):
    with closing(Pooler(cluster.url)) as made:
        made.wait_until_ready()
        yield made


@pytest.fixture(scope="module")
def server(cluster, pooler, tmp_path_factory):
    log = tmp_path_factory.mktemp("pooled") / "log"
    running = Server(database_url=pooler.url, workers=3, log=log)
    try:
        running.start()
        yield running
    finally:
        running.remove()


def _work(server, name):
    """Return the statuses of creates, changes and lists on one connection."""
    statuses = []
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=30)) as connection:

        def send(method, path, body=None):
            headers = {"Content-Type": "application/json"} | bearer(server.key)
            connection.request(method, path, body and json.dumps(body), headers)
            answer = connection.getresponse()
            statuses.append(answer.status)
            return json.loads(answer.read())

        for number in range(8):
            key = f"{name}-{number}"
            made = send("POST", EXPERIMENTS, {"name": key, "feature_flag_key": key})
            changed = send("PATCH", f"{EXPERIMENTS}{made['id']}/", {"description": key})
            assert (changed["name"], changed["description"]) == (key, key)
            listed = send("GET", EXPERIMENTS)
            assert key in [experiment["name"] for experiment in listed["results"]]
    return statuses


def test_pooler__clients_at_once__answered_as_without_one(server):
    with ThreadPoolExecutor() as clients:
        works = [clients.submit(_work, server, name) for name in ("ada", "grace")]

    assert [work.result() for work in works] == [[201, 200, 200] * 8] * 2


def test_pooler__after_migrations__limits_of_others_stay(server, pooler):
    server.manage("migrate")

    with psycopg.connect(pooler.url) as connection:
        limits = {name: connection.execute(f"SHOW {name}").fetchone()[0] for name in LIMITS}

    assert limits == LIMITS
    server.manage("check", "--database", "default", "--fail-level", "WARNING")


def _wait_for_every_worker(server):
    # One that got no connection does not try again for a moment.
    time.sleep(PAUSE_AFTER_TIMEOUT)
    deadline, in_a_row = time.monotonic() + 30, 0
    while in_a_row < 20 and time.monotonic() < deadline:
        answer = ask(server, "GET", EXPERIMENTS, headers=bearer(server.key))
        in_a_row = in_a_row + 1 if answer.status == 200 else 0


def test_pooler__database_frozen__refused_before_a_statement_may_end(cluster, server):
    start = time.monotonic()
    cluster.freeze()
    try:
        answer = ask(server, "GET", EXPERIMENTS, headers=bearer(server.key))
        took = time.monotonic() - start
    finally:
        cluster.thaw()
        _wait_for_every_worker(server)

    assert answer.status == 503
    assert took < 15
