import datetime

import pytest
import time_machine
from django.contrib.sessions.backends.base import SessionBase

from tests.accounts.paths import KEYS, LOGIN, one
from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.sessions import NOW, old_session_of
from users.logins import RECENT, is_recent, note_login, sensitive_session_expires_at

BODY = {"label": "ci", "scopes": ["*"], "scoped_teams": [], "scoped_organizations": []}


@pytest.fixture
def old_session(ada):
    with old_session_of(ada) as browser:
        yield browser


@pytest.mark.parametrize(
    ("method", "path"),
    [
        pytest.param("post", "", id="create"),
        pytest.param("patch", "{}/", id="update"),
        pytest.param("put", "{}/", id="replace"),
        pytest.param("delete", "{}/", id="delete"),
        pytest.param("post", "{}/roll/", id="roll"),
        pytest.param("patch", "unknown/", id="unknown_key"),
    ],
)
def test_recent_login__two_hours_ago__needed_for_changes(old_session, key, method, path):
    response = getattr(old_session, method)(KEYS + path.format(key.pk), BODY)

    assert_error(response, 403, "sensitive_action_required_reauth")
    assert response.json()["type"] == "authentication_error"
    assert "WWW-Authenticate" not in response.headers


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_recent_login__two_hours_ago__not_needed_for_reading(old_session, key, method):
    assert getattr(old_session, method)(KEYS).status_code == 200
    assert getattr(old_session, method)(one(key)).status_code == 200


def test_recent_login__just_less_than_two_hours_ago__enough(ada):
    browser = DocumentedClient()
    with time_machine.travel(NOW - RECENT + datetime.timedelta(seconds=1), tick=False):
        browser.force_login(ada)

    with time_machine.travel(NOW, tick=False):
        assert browser.post(KEYS, BODY).status_code == 201


def test_recent_login__logged_in_again__enough(old_session, credentials):
    old_session.post(LOGIN, credentials)

    assert old_session.post(KEYS, BODY).status_code == 201


def test_recent_login__through_the_admin_site__enough(credentials, ada):
    ada.is_staff = True
    ada.save(update_fields=["is_staff"])
    browser = DocumentedClient()
    form = {"username": credentials["email"], "password": credentials["password"]}
    browser.post("/admin/login/", form, format="multipart")

    assert browser.post(KEYS, BODY).status_code == 201


def test_recent_login__session_from_before_logins_were_noted__not_enough(browser):
    session = browser.session
    del session["logged_in_at"]
    session.save()

    assert_error(browser.post(KEYS, BODY), 403, "sensitive_action_required_reauth")


def test_sensitive_session_expires_at__login_noted__two_hours_later():
    session = SessionBase()
    assert sensitive_session_expires_at(session) is None
    assert not is_recent(session, now=NOW)

    note_login(session, now=NOW)

    assert sensitive_session_expires_at(session) == NOW + datetime.timedelta(hours=2)


def test_me__session__told_until_when_it_may_change_keys(ada):
    browser = DocumentedClient()
    with time_machine.travel(NOW, tick=False):
        browser.force_login(ada)

        body = browser.get("/api/users/@me/").json()

    assert body["sensitive_session_expires_at"] == "2126-03-02T12:00:00Z"


def test_me__key__never_may(client):
    assert client.get("/api/users/@me/").json()["sensitive_session_expires_at"] is None


def test_me__staff_looks_at_another_user__not_told(browser, ada, grace):
    ada.is_staff = True
    ada.save(update_fields=["is_staff"])

    body = browser.get(f"/api/users/{grace.uuid}/").json()

    assert body["sensitive_session_expires_at"] is None
