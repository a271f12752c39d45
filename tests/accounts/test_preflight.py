import pytest
from django.conf import settings

from tests.accounts.paths import KEYS
from tests.client import DocumentedClient

PATH = "/_preflight"
ANONYMOUS = {
    "django": True,
    "redis": False,
    "plugins": False,
    "celery": False,
    "clickhouse": False,
    "kafka": False,
    "db": True,
    "initiated": True,
    "cloud": False,
    "demo": False,
    "realm": "hosted-clickhouse",
    "region": None,
    "available_social_auth_providers": {"github": False, "gitlab": False, "google-oauth2": False},
    "can_create_org": False,
    "email_service_available": False,
    "slack_service": {"available": False, "client_id": None},
    "data_warehouse_integrations": {
        "hubspot": {"client_id": ""},
        "salesforce": {"client_id": ""},
    },
    "object_storage": False,
    "public_egress_ip_addresses": [],
}
SESSION_ONLY = [
    "available_timezones",
    "opt_out_capture",
    "licensed_users_available",
    "openai_available",
    "site_url",
    "instance_preferences",
    "buffer_conversion_seconds",
]


@pytest.mark.parametrize("path", [PATH, f"{PATH}/"])
def test_preflight__nobody__what_the_server_has(anonymous, organization, path):
    response = anonymous.get(path)

    assert response.status_code == 200
    assert response.json() == ANONYMOUS
    assert "no-store" in response.headers["Cache-Control"]


def test_preflight__no_organization_yet__not_initiated(anonymous, db):
    assert anonymous.get(PATH).json()["initiated"] is False


def test_preflight__mail_server_named__email_service_available(anonymous, db, settings):
    settings.EMAIL_HOST = "mail.example.com"

    assert anonymous.get(PATH).json()["email_service_available"] is True


def test_preflight__debugging__told(anonymous, db, settings):
    settings.DEBUG = True

    assert anonymous.get(PATH).json()["is_debug"] is True


def test_preflight__session__more_members(browser):
    body = browser.get(PATH).json()

    assert list(body) == [*ANONYMOUS, *SESSION_ONLY]
    assert body["site_url"] == "http://testserver"
    zones = body["available_timezones"]
    assert (zones["UTC"], zones["Asia/Kolkata"]) == (0, 5.5)


def test_preflight__key__no_session(client):
    assert client.get(PATH).json() == ANONYMOUS


def test_preflight__csrf_cookie__serves_a_session_that_lost_its_own(ada, key):
    browser = DocumentedClient(enforce_csrf_checks=True)
    browser.force_login(ada)
    token = browser.get(PATH).cookies[settings.CSRF_COOKIE_NAME].value

    response = browser.delete(f"{KEYS}{key.pk}/", headers={"X-CSRFToken": token})

    assert response.status_code == 204


@pytest.mark.usefixtures("_database_away")
def test_preflight__database_away__told_even_to_a_session(anonymous):
    anonymous.cookies["sessionid"] = "a" * 32

    response = anonymous.get(PATH)

    assert response.status_code == 200
    assert (response.json()["db"], response.json()["initiated"]) == (False, False)


def test_preflight__post__not_allowed(anonymous, db):
    assert anonymous.post(PATH).status_code == 405
