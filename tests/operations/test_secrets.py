import json
import sqlite3
from contextlib import closing

import pytest

from tests.operations.conftest import METRICS_TOKEN
from tests.operations.server_requests import ask, bearer

PASSWORD, WRONG_PASSWORD = "correct-horse-battery", "staple-correct-horse"
UNKNOWN_KEY = "phx_notAKeyOfAnybody00000"
BODY = "what is only in the body"
HOLDOUTS = "/api/projects/@current/experiment_holdouts/"


@pytest.fixture(scope="session")
def secrets(server):
    """Every secret that the server has seen, after requests of all kinds."""
    server.manage("create_user", "staff@example.com", "--level", "admin", "--password", PASSWORD)
    with (
        closing(sqlite3.connect(server.database_url.removeprefix("sqlite:///"))) as database,
        database,
    ):
        database.execute("UPDATE users_user SET is_staff = 1, is_superuser = 1")
    webhook = server.manage("set_webhook", "1", "https://example.com/hook").split()[-1]
    _ask_everything(server)
    cookies = _sign_in(server, WRONG_PASSWORD)
    cookies |= _sign_in(server, PASSWORD)
    ask(
        server, "GET", "/admin/users/user/", headers={"Cookie": f"sessionid={cookies['sessionid']}"}
    )
    return {
        "key": server.key,
        "unknown key": UNKNOWN_KEY,
        "password": PASSWORD,
        "wrong password": WRONG_PASSWORD,
        "session": cookies["sessionid"],
        "CSRF token": cookies["posthog_csrftoken"],
        "SECRET_KEY": server.secret,
        "webhook secret": webhook,
        "metrics token": METRICS_TOKEN,
        "body": BODY,
    }


def _ask_everything(server):
    key = bearer(server.key)
    for headers in (key, bearer(UNKNOWN_KEY), {}, {"Authorization": "Basic c2VjcmV0OnB3"}):
        ask(server, "GET", HOLDOUTS, headers=headers)
        ask(server, "POST", HOLDOUTS, {"name": BODY}, headers=headers)
        ask(server, "POST", HOLDOUTS, f'{{"name": "{BODY}"', headers=headers)
        ask(server, "PATCH", f"{HOLDOUTS}1/", {"name": [BODY]}, headers=headers)
        ask(server, "GET", "/_metrics", headers=headers)
    for value in (server.key, UNKNOWN_KEY):
        ask(server, "GET", f"{HOLDOUTS}?personal_api_key={value}&search={BODY.replace(' ', '+')}")
        ask(server, "POST", HOLDOUTS, {"name": BODY, "personal_api_key": value})
        ask(server, "GET", f"/{value}/{value}")
        ask(server, "GET", f"/api/projects/{value}/experiments/", headers=key)
        ask(server, "GET", HOLDOUTS, headers=key | {"Host": value})
        ask(server, "GET", HOLDOUTS, headers=key | {"X-Request-ID": value})
    ask(server, "GET", "/_metrics", headers=bearer(METRICS_TOKEN))


def _sign_in(server, password):
    page = ask(server, "GET", "/admin/login/")
    token = page.headers["set-cookie"].partition("posthog_csrftoken=")[2].partition(";")[0]
    form = (
        f"username=staff@example.com&password={password}&csrfmiddlewaretoken={token}&next=/admin/"
    )
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"posthog_csrftoken={token}",
    }
    answer = ask(server, "POST", "/admin/login/", form, headers=headers)
    session = answer.headers.get("set-cookie", "").partition("sessionid=")[2].partition(";")[0]
    return {"posthog_csrftoken": token} | ({"sessionid": session} if session else {})


def test_log__requests_of_all_kinds__no_secret_in_it(server, secrets):
    text = server.log.read_text()

    assert {
        status for status in (200, 201, 302, 400, 401, 404) if f'"status": {status}' in text
    } == {*(200, 201, 302, 400, 401, 404)}
    assert [name for name, secret in secrets.items() if secret in text] == []
    assert all(secrets.values())


def test_log__as_json__one_object_a_line(server, secrets):
    lines = [
        json.loads(line) for line in server.log.read_text().splitlines() if line.startswith("{")
    ]

    assert len(lines) > 30
    assert {"time", "level", "logger", "request_id", "message"} <= lines[0].keys()
