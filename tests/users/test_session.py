import pytest
from django.conf import settings

from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.looping import in_one_test

CSRF_TOKEN = "a" * 32


@pytest.fixture
def url(project):
    return f"/api/projects/{project.pk}/experiment_holdouts/"


def test_session__safe_method__works_without_csrf_token(session, url):
    response = session.get(url)

    assert response.status_code == 200


@pytest.mark.parametrize("form", ["json", "multipart"])
def test_session__unsafe_method_with_csrf_header__works(session, url, ada, form):
    session.cookies[settings.CSRF_COOKIE_NAME] = CSRF_TOKEN

    response = session.post(url, {"name": "Q3"}, format=form, headers={"X-CSRFToken": CSRF_TOKEN})

    assert response.status_code == 201
    assert response.json()["created_by"]["email"] == ada.email


@in_one_test("method", ["post", "put", "patch", "delete"])
def test_session__unsafe_method_without_csrf_cookie__refused(session, url, method):
    response = getattr(session, method)(url, {"name": "Q3"})

    assert_csrf_failed(response)


@in_one_test(
    "headers",
    [
        pytest.param({}, id="no_header"),
        pytest.param({"X-CSRFToken": "b" * 32}, id="other_token"),
        pytest.param({"X-CSRFToken": "short"}, id="wrong_length"),
        pytest.param({"X-CSRFToken": "\xe9" * 32}, id="not_ascii"),
    ],
)
def test_session__csrf_cookie_without_its_header__refused(session, url, headers):
    session.cookies[settings.CSRF_COOKIE_NAME] = CSRF_TOKEN

    response = session.post(url, {"name": "Q3"}, headers=headers)

    assert_csrf_failed(response)


def test_session__key_in_header_too__needs_no_csrf_token(session, url, client):
    header = client._credentials["HTTP_AUTHORIZATION"]

    response = session.post(url, {"name": "Q3"}, headers={"Authorization": header})

    assert response.status_code == 201


def test_session__key_in_query_too__needs_no_csrf_token(session, url, grace):
    key = factories.make_key(grace)

    response = session.post(f"{url}?personal_api_key={key}", {"name": "Q3"})

    assert response.status_code == 201
    assert response.json()["created_by"]["email"] == grace.email


def test_session__wrong_key_in_header_too__refused(session, url):
    response = session.get(url, headers={"Authorization": "Bearer phx_unknown"})

    assert_error(response, 401, "authentication_failed")


def test_session__user_inactive__not_authenticated(session, url, ada):
    ada.is_active = False
    ada.save()

    response = session.get(url)

    assert_error(response, 401, "not_authenticated")


def test_session__foreign_project__forbidden(session, foreign_project):
    response = session.get(f"/api/projects/{foreign_project.pk}/experiments/")

    assert_error(response, 403, "permission_denied")


@in_one_test(
    "cookie",
    [
        pytest.param("sessionid=unknown-but-long-enough", id="unknown"),
        pytest.param("sessionid=short", id="too_short"),
        pytest.param('sessionid="aaaaaaaaaaaa\\000"', id="quoted_null_character"),
        pytest.param("sessionid=aaaaaaaaaaaa\x00", id="null_character"),
        pytest.param("sessionid=" + "a" * 5000, id="very_long"),
        pytest.param("sessionid=\xff\xfe\xff\xfe\xff\xfe\xff\xfe", id="not_ascii"),
        pytest.param("=;;;=", id="garbage"),
    ],
)
@in_one_test("method", ["get", "post"])
def test_session__cookie_of_no_session__not_authenticated(url, cookie, method):
    response = getattr(DocumentedClient(), method)(url, HTTP_COOKIE=cookie)

    assert_error(response, 401, "not_authenticated")
    assert response.json()["type"] == "authentication_error"


def test_session_cookie__settings__two_weeks_and_the_wires_csrf_name():
    assert settings.SESSION_COOKIE_AGE == settings.CSRF_COOKIE_AGE == 1_209_600
    assert settings.CSRF_COOKIE_NAME == "posthog_csrftoken"


def assert_csrf_failed(response):
    assert_error(response, 403, "permission_denied")
    assert response.json()["type"] == "authentication_error"
    assert response.json()["detail"].startswith("CSRF Failed:")
