import os
import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import redis
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from api.throttling import RateLimit
from experiments_api import env
from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.looping import in_one_test

REDIS = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/9")
NOTHING_LISTENS = "redis://127.0.0.1:1/0"
# Open to everyone, and quickly answered.
OPEN_PAGE = "/api/schema/swagger-ui/"


@pytest.fixture
def cache_at(settings, monkeypatch):
    def use(url):
        monkeypatch.setenv("CACHE_URL", url)
        # A prefix keeps the entries of one test from those of all others.
        settings.CACHES = {"default": env.cache("CACHE_URL") | {"KEY_PREFIX": uuid4().hex}}
        if url == "database:":
            call_command("createcachetable")

    return use


@pytest.fixture
def limit(settings, monkeypatch, cache_at):
    def enable(*, burst="1000/minute", sustained="10000/hour"):
        settings.RATE_LIMIT_ENABLED = True
        settings.RATE_LIMITS = {"burst": burst, "sustained": sustained}

    monkeypatch.setattr(RateLimit, "asks_again_at", 0)
    cache_at("memory:")
    return enable


@pytest.fixture
def browser(db):
    return Client()


@pytest.fixture
def clock():
    with time_machine.travel(datetime(2026, 1, 1, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def url(project):
    return f"/api/projects/{project.pk}/experiment_holdouts/"


@in_one_test("cache", ["memory:", "database:", REDIS], ids=["memory", "db", "redis"])
@pytest.mark.usefixtures("clock")
def test_burst__used_up__refused(client, url, limit, cache_at, cache):
    skip_unless_reachable(cache)
    cache_at(cache)
    limit(burst="3/minute")

    assert [client.get(url).status_code for _ in range(3)] == [200] * 3
    response = client.get(url)

    assert response.status_code == 429
    assert response.headers["Retry-After"] == "60"
    assert response.json() == {
        "type": "throttled_error",
        "code": "throttled",
        "detail": "Request was throttled. Expected available in 60 seconds.",
        "attr": None,
    }


def test_burst__oldest_request_a_minute_ago__one_more(client, url, limit, clock):
    limit(burst="2/minute")
    client.get(url)
    clock.shift(20)
    client.get(url)

    clock.shift(39.5)
    early = client.get(url)
    clock.shift(0.5)
    in_time = client.get(url)
    too_many = client.get(url)

    assert (early.status_code, early.headers["Retry-After"]) == (429, "1")
    assert in_time.status_code == 200
    assert (too_many.status_code, too_many.headers["Retry-After"]) == (429, "20")


@pytest.mark.usefixtures("clock")
def test_sustained__used_up__refused_for_the_rest_of_the_hour(client, url, limit):
    limit(burst="1/minute", sustained="1/hour")
    client.get(url)

    response = client.get(url)

    assert_error(response, 429, "throttled")
    assert response.headers["Retry-After"] == "3600"


def test_sustained__refused_by_burst__counted_all_the_same(client, url, limit, clock):
    limit(burst="1/minute", sustained="2/hour")
    assert [client.get(url).status_code for _ in range(2)] == [200, 429]

    clock.shift(60)
    response = client.get(url)

    assert (response.status_code, response.headers["Retry-After"]) == (429, "3540")


@pytest.mark.usefixtures("clock")
def test_limit__lowered_below_what_was_used__no_wait_is_known(client, url, limit):
    limit(burst="5/minute")
    for _ in range(3):
        client.get(url)
    limit(burst="1/minute")

    response = client.get(url)

    assert_error(response, 429, "throttled")
    assert response.json()["detail"] == "Request was throttled."
    assert "Retry-After" not in response.headers


@pytest.mark.parametrize(
    ("method", "path"),
    [("post", ""), ("patch", "1/"), ("delete", "1/"), ("get", "activity/"), ("options", "")],
)
def test_limit__used_up__for_every_method(client, url, limit, method, path):
    limit(burst="1/minute")
    client.get(url)

    response = getattr(client, method)(url + path)

    assert_error(response, 429, "throttled")


def test_limit__two_keys_of_one_user__each_its_own(client, ada, url, limit):
    limit(burst="1/minute")
    client.get(url)

    assert client.get(url).status_code == 429
    assert DocumentedClient(factories.make_key(ada)).get(url).status_code == 200


def test_limit__key_in_the_query__shared_with_the_header(ada, url, limit):
    key = factories.make_key(ada)
    limit(burst="1/minute")
    DocumentedClient(key).get(url)

    response = DocumentedClient().get(url, {"personal_api_key": key}, format=None)

    assert_error(response, 429, "throttled")


def test_limit__session__not_limited(session, url, limit):
    limit(burst="1/minute")

    assert [session.get(url).status_code for _ in range(3)] == [200] * 3


def test_limit__refused_before__not_counted(reader, anonymous, url, foreign_project, limit):
    limit(burst="1/minute")

    assert [anonymous.get(url).status_code for _ in range(3)] == [401] * 3
    assert [reader.post(url).status_code for _ in range(3)] == [403] * 3
    foreign = url.replace(url.split("/")[3], str(foreign_project.pk))
    assert [reader.get(foreign).status_code for _ in range(3)] == [403] * 3
    assert reader.get(url).status_code == 200


def test_limit__nobody__by_address(browser, limit):
    limit(burst="1/minute")

    assert browser.get(OPEN_PAGE).status_code == 200
    assert_error(browser.get(OPEN_PAGE), 429, "throttled")
    assert browser.get(OPEN_PAGE, REMOTE_ADDR="10.0.0.2").status_code == 200


def test_limit__nobody__by_the_network_of_an_ipv6_address(browser, limit):
    limit(burst="1/minute")
    for address, status in [("2001:db8::1", 200), ("2001:db8::2", 429), ("2001:db8:0:1::1", 200)]:
        assert browser.get(OPEN_PAGE, REMOTE_ADDR=address).status_code == status


def test_limit__log_in__by_address(anonymous, ada, limit):
    limit(burst="1/minute")
    body = {"email": ada.email, "password": "not theirs"}

    assert_error(anonymous.post("/api/login", body), 400, "invalid_credentials")
    assert_error(anonymous.post("/api/login", body), 429, "throttled")
    elsewhere = anonymous.post("/api/login", body, REMOTE_ADDR="10.0.0.2")
    assert_error(elsewhere, 400, "invalid_credentials")


@pytest.mark.parametrize(
    ("proxies", "forwarded", "status"),
    [
        pytest.param(0, "10.0.0.7", 429, id="no_proxy_so_the_header_is_the_clients"),
        pytest.param(1, "10.0.0.7", 200, id="another_client"),
        pytest.param(1, "10.0.0.7, 10.0.0.1", 429, id="same_client_pretending"),
        pytest.param(2, "10.0.0.7, 10.0.0.1", 200, id="another_client_behind_two"),
        pytest.param(2, "6.6.6.6, 10.0.0.1, 10.9.9.9", 429, id="same_client_behind_two"),
    ],
)
def test_limit__behind_proxies__by_the_address_they_saw(
    browser, settings, limit, proxies, forwarded, status
):
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"NUM_PROXIES": proxies}
    limit(burst="1/minute")
    browser.get(OPEN_PAGE, headers={"X-Forwarded-For": "10.0.0.1"})

    response = browser.get(OPEN_PAGE, headers={"X-Forwarded-For": forwarded})

    assert response.status_code == status


def test_limit__exempt_project__not_limited(client, organization, url, project, settings, limit):
    settings.RATE_LIMIT_EXEMPT_PROJECTS = [project.pk]
    other = factories.make_project(organization, "Other")
    limit(burst="1/minute")

    assert [client.get(url).status_code for _ in range(3)] == [200] * 3
    statuses = [client.get(f"/api/projects/{other.pk}/experiments/").status_code for _ in range(2)]
    assert statuses == [200, 429]


def test_limit__switched_off__nothing_is_asked(client, url, settings, limit, cache_at):
    limit(burst="1/minute")
    cache_at("database:")
    settings.RATE_LIMIT_ENABLED = False

    with CaptureQueriesContext(connection) as queries:
        assert [client.get(url).status_code for _ in range(3)] == [200] * 3

    assert [query["sql"] for query in queries if re.search(r"\bcache\b", query["sql"])] == []


def test_limit__cache_away__passes_and_is_logged_once(client, url, limit, cache_at, clock, caplog):
    limit(burst="1/minute")
    cache_at(NOTHING_LISTENS)

    statuses = [client.get(url).status_code for _ in range(3)]
    clock.shift(11)
    statuses.append(client.get(url).status_code)

    assert statuses == [200] * 4
    (record,) = [record for record in caplog.records if record.name != "access"]
    assert record.getMessage().startswith("Requests are not limited, for the cache is away: ")
    assert "rate_limit:" not in record.getMessage()
    assert record.exc_info is None


def test_limit__cache_back__limited_again_after_a_while(
    client, url, limit, cache_at, clock, caplog
):
    limit(burst="1/minute")
    cache_at(NOTHING_LISTENS)
    client.get(url)
    cache_at("memory:")

    assert [client.get(url).status_code for _ in range(2)] == [200] * 2
    clock.shift(10)
    assert [client.get(url).status_code for _ in range(2)] == [200, 429]
    assert "Requests are limited again." in caplog.messages


def skip_unless_reachable(cache):
    if cache != REDIS:
        return
    try:
        redis.Redis.from_url(REDIS, socket_connect_timeout=1).ping()
    except redis.RedisError as error:
        pytest.skip(f"No Redis at {REDIS}; name one with REDIS_URL: {error}")
