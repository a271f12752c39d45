"""The usual request for flags is answered as the view answers it."""

import json
import logging
from uuid import UUID

import pytest

from core.db.cache_versions import renew_cache_versions
from tests import factories
from tests.wsgi import served

# Requests that their client has named are the view's.
TO_THE_VIEW = {"HTTP_X_REQUEST_ID": "0190a7a2-6f1c-7000-8000-000000000001"}


@pytest.fixture
def flags(project):
    factories.make_flag(project, "split")
    factories.make_flag(project, "off", active=False)
    people = [{"key": "plan", "type": "person", "operator": "exact", "value": "pro"}]
    factories.make_flag(
        project, "pros", filters={"groups": [{"properties": people, "rollout_percentage": 100}]}
    )
    factories.make_flag(project, "for-servers", evaluation_runtime="server")
    factories.make_flag(project, "for-pages", evaluation_runtime="client")
    # They would be cached with flags of before.
    renew_cache_versions()


@pytest.fixture
def ask(project, flags):
    def ask(body=None, path="/flags/?v=2", **environ):
        usual = {"token": project.api_token, "distinct_id": "user_1"}
        sent = body if isinstance(body, bytes) else json.dumps(usual | (body or {})).encode()
        return served("POST", path, sent, **{"CONTENT_TYPE": "application/json", **environ})

    return ask


@pytest.fixture
def views_calls(monkeypatch):
    """Tell which requests have come as far as Django's handler."""
    from experiments_api import wsgi  # noqa: PLC0415

    seen = []
    handler = wsgi._handler._application

    def seeing(environ, start_response):
        seen.append(environ["PATH_INFO"])
        return handler(environ, start_response)

    monkeypatch.setattr(wsgi._handler, "_application", seeing)
    return seen


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({}, id="nobody_in_particular"),
        pytest.param({"person_properties": {"plan": "pro"}}, id="properties"),
        pytest.param({"groups": {"company": "acme"}}, id="groups"),
        pytest.param({"flag_keys_to_evaluate": ["split"]}, id="one_flag"),
        pytest.param({"disable_flags": True}, id="no_flags"),
        pytest.param({"evaluation_runtime": "client"}, id="runtime"),
        pytest.param({"distinct_id": "\u00fc\ud83d\ude00" * 150}, id="long_id"),
    ],
)
@pytest.mark.parametrize("agent", ["posthog-python/7.0.0", "unknown/1.0"])
def test_flags__usual_request__is_answered_as_the_view_does(ask, views_calls, body, agent):
    answer = ask(body, HTTP_USER_AGENT=agent)
    assert views_calls == []
    views = ask(body, HTTP_USER_AGENT=agent, **TO_THE_VIEW)
    assert views_calls == ["/flags/"]

    assert answer.status == views.status == 200
    assert answer.headers["Content-Type"] == views.headers["Content-Type"]
    ours, theirs = answer.json(), views.json()
    assert UUID(ours.pop("requestId")) != UUID(theirs.pop("requestId"))
    assert abs(ours.pop("evaluatedAt") - theirs.pop("evaluatedAt")) < 60_000
    assert ours == theirs


@pytest.mark.parametrize("version", [3, 4])
def test_flags__later_version__is_answered_as_the_view_does(ask, views_calls, version):
    answer = ask(path=f"/flags/?v={version}")
    assert views_calls == []
    assert answer.json()["flags"] == ask(path=f"/flags/?v={version}", **TO_THE_VIEW).json()["flags"]


def test_flags__usual_request__has_its_id_in_the_answer(ask):
    answer = ask()

    assert answer.headers["X-Request-ID"] == answer.json()["requestId"]


def test_flags__usual_request__has_its_line_in_the_log(ask, project, caplog):
    caplog.set_level(logging.DEBUG)

    ask()
    ask(**TO_THE_VIEW)

    ours, views = [record for record in caplog.records if record.name == "access"]
    assert (ours.method, ours.route, ours.status, ours.project, ours.user) == (
        *(views.method, views.route, views.status),
        *(views.project, views.user),
    )
    assert ours.project == project.pk


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param({"token": "phc_unknown"}, 401, id="unknown_token"),
        pytest.param({"token": None}, 401, id="no_token"),
        pytest.param({"distinct_id": None}, 400, id="nobody"),
        pytest.param(b"[]", 401, id="no_object"),
        pytest.param(b"{", 400, id="no_json"),
    ],
)
def test_flags__refused_request__is_refused_by_the_view(ask, views_calls, body, status):
    answer = ask(body)
    views = ask(body, **TO_THE_VIEW)

    assert views_calls == ["/flags/", "/flags/"]
    assert answer.status == status
    assert (answer.status, answer.body) == (views.status, views.body)


@pytest.mark.parametrize(
    ("path", "environ"),
    [
        pytest.param("/flags/?v=2", {"HTTP_ORIGIN": "https://shop.example.com"}, id="page"),
        pytest.param("/flags/?v=2", {"HTTP_SEC_FETCH_MODE": "cors"}, id="fetched_by_a_page"),
        pytest.param("/flags/?v=2&config=true", {}, id="config"),
        pytest.param("/flags/", {}, id="no_version"),
        pytest.param("/flags/?v=2", {"CONTENT_TYPE": "text/plain"}, id="text"),
        pytest.param("/decide/?v=4", {}, id="decide"),
    ],
)
def test_flags__other_request__is_answered_by_the_view(ask, views_calls, path, environ):
    answer = ask(path=path, **environ)

    assert answer.status == 200
    assert views_calls == [path.partition("?")[0]]


@pytest.mark.parametrize("host", ["elsewhere.example.com", "local\u00a0host", ""])
def test_flags__host_that_the_server_is_not_for__is_refused(ask, host):
    assert ask(HTTP_HOST=host).status == 400


def test_flags__plain_http_where_https_is_demanded__is_left_to_the_view(ask, settings, views_calls):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    ask(HTTP_X_FORWARDED_PROTO="http")

    assert views_calls == ["/flags/"]


def test_flags__https_at_the_proxy__is_answered_at_once(ask, settings, views_calls):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    assert ask(HTTP_X_FORWARDED_PROTO="https").status == 200
    assert views_calls == []


def test_flags__more_than_the_limit__is_refused(ask, settings):
    settings.MAX_BODY_BYTES = 100

    assert ask({"person_properties": {"name": "a" * 200}}).status == 413


def test_flags__too_many_requests__are_refused(ask, settings, project):
    settings.RATE_LIMIT_ENABLED = True
    settings.RATE_LIMIT_TOKEN = "2/hour"
    settings.RATE_LIMIT_EXEMPT_PROJECTS = []

    assert [ask().status for _ in range(3)] == [200, 200, 429]


def test_flags__unreadable_requests__leave_the_limit_alone(ask, settings):
    settings.RATE_LIMIT_ENABLED = True
    settings.RATE_LIMIT_TOKEN = "2/hour"

    assert [ask({"distinct_id": None}).status for _ in range(3)] == [400, 400, 400]
    assert [ask().status for _ in range(3)] == [200, 200, 429]


def test_flags__changed_flag__is_served_at_the_next_request(ask, project):
    before = ask().json()["flags"]
    factories.make_flag(project, "new")

    assert set(ask().json()["flags"]) - set(before) == {"new"}
