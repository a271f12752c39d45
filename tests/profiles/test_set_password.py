from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.looping import in_one_test

ME = "/api/users/@me/"
NEW = "another long password"
OLD = "the password of before"


@pytest.fixture
def browser(ada):
    ada.set_password(OLD)
    ada.save(update_fields=["password"])
    return log_in()


def log_in():
    client = DocumentedClient(enforce_csrf_checks=True)
    response = client.post("/api/login/", {"email": "ada@example.com", "password": OLD})
    token = response.cookies[settings.CSRF_COOKIE_NAME].value
    client.credentials(HTTP_X_CSRFTOKEN=token)
    return client


def test_password__with_the_one_before__set_and_other_sessions_end(browser, ada):
    other = log_in()

    response = browser.patch(ME, {"password": NEW, "current_password": OLD})

    assert response.status_code == 200
    assert "password" not in response.json()
    ada.refresh_from_db()
    assert ada.check_password(NEW)
    assert browser.get(ME).status_code == 200
    assert other.get(ME).status_code == 401


@in_one_test("sent", [{}, {"current_password": "wrong"}])
def test_password__without_the_one_before__refused(browser, ada, sent):
    response = browser.patch(ME, {"password": NEW} | sent)

    assert_invalid(response, attr="current_password", code="invalid_current_password")
    ada.refresh_from_db()
    assert ada.check_password(OLD)


def test_password__weak__refused_with_the_reason(browser):
    response = browser.patch(ME, {"password": "short", "current_password": OLD})

    assert_invalid(response, attr="password", code="weak_password")


def test_password__login_too_long_ago__asked_again(browser):
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        response = browser.patch(ME, {"password": NEW, "current_password": OLD})

    assert_error(response, 403, "sensitive_action_required_reauth")


def test_password__key__refused(client, ada):
    assert_error(client.patch(ME, {"password": NEW}), 403, "permission_denied")


def test_password__user_without_one__recent_session_is_enough(browser, ada):
    ada.set_unusable_password()
    ada.save(update_fields=["password"])
    fresh = DocumentedClient()
    fresh.force_login(ada)

    assert fresh.patch(ME, {"password": NEW}).status_code == 200
    ada.refresh_from_db()
    assert ada.check_password(NEW)
