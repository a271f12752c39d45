import pytest
from django.conf import settings

from holdouts.models import Holdout
from tests.assertions import assert_error
from users.models import PersonalAPIKey, User

ME = "/api/users/@me/"
CSRF_TOKEN = "a" * 32


@pytest.fixture
def browser(session):
    session.cookies[settings.CSRF_COOKIE_NAME] = CSRF_TOKEN
    session.credentials(HTTP_X_CSRFTOKEN=CSRF_TOKEN)
    return session


def test_delete_me__no_memberships__gone_with_the_keys(browser, client, ada, holdout):
    ada.memberships.all().delete()

    response = browser.delete(ME)

    assert (response.status_code, response.content) == (204, b"")
    assert not User.objects.filter(pk=ada.pk).exists()
    assert not PersonalAPIKey.objects.exists()
    assert Holdout.objects.get().created_by is None
    assert browser.get(ME).status_code == client.get(ME).status_code == 401


def test_delete_me__member_of_an_organization__conflict(browser, ada):
    response = browser.delete(ME)

    assert_error(response, 409, "conflict")
    assert response.json()["type"] == "server_error"
    assert User.objects.filter(pk=ada.pk).exists()


def test_delete_me__a_key__forbidden(client, ada):
    ada.memberships.all().delete()

    response = client.delete(ME)

    assert_error(response, 403, "permission_denied")
    assert "personal API key" in response.json()["detail"]
    assert User.objects.filter(pk=ada.pk).exists()


def test_delete_me__no_csrf_token__forbidden(session, ada):
    assert_error(session.delete(ME), 403, "permission_denied")


def test_delete_user__by_uuid__forbidden(browser, ada):
    assert_error(browser.delete(f"/api/users/{ada.uuid}/"), 403, "permission_denied")


def test_delete_me__nobody__not_authenticated(anonymous, db):
    assert_error(anonymous.delete(ME), 401, "not_authenticated")
