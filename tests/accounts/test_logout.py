import pytest
from django.contrib.sessions.models import Session

from tests.accounts.paths import KEYS, LOGOUT
from tests.assertions import assert_error
from tests.client import DocumentedClient


def test_logout__session__ended(browser):
    cookie = browser.cookies["sessionid"].value

    response = browser.post(LOGOUT)

    assert response.status_code == 200
    assert response.json() == {"success": True}
    assert not Session.objects.exists()
    assert response.cookies["sessionid"]["max-age"] == 0
    stolen = DocumentedClient()
    stolen.cookies["sessionid"] = cookie
    assert_error(stolen.get(KEYS), 401, "not_authenticated")


def test_logout__other_sessions_of_the_user__stay(browser, ada):
    elsewhere = DocumentedClient()
    elsewhere.force_login(ada)

    browser.post(LOGOUT)

    assert elsewhere.get(KEYS).status_code == 200


@pytest.mark.parametrize("path", [LOGOUT, f"{LOGOUT}/"])
def test_logout__nobody__done_already(anonymous, db, path):
    assert anonymous.post(path).json() == {"success": True}


def test_logout__session_without_csrf_token__refused(session):
    response = session.post(LOGOUT)

    assert_error(response, 403, "permission_denied")
    assert response.json()["detail"].startswith("CSRF Failed:")
    assert Session.objects.exists()


def test_logout__user_inactive__session_ended(browser, ada):
    ada.is_active = False
    ada.save(update_fields=["is_active"])

    assert browser.post(LOGOUT).status_code == 200
    assert not Session.objects.exists()


def test_logout__get__not_allowed(browser):
    assert_error(browser.get(LOGOUT), 405, "method_not_allowed")
