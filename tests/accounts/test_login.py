import json

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session

from tests.accounts.paths import KEYS, LOGIN
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.looping import in_one_test


def test_login__right_pair__session_of_the_user_begins(anonymous, credentials, ada):
    response = anonymous.post(LOGIN, credentials)

    assert response.status_code == 200
    assert response.json() == {"success": True}
    session = Session.objects.get().get_decoded()
    assert session["_auth_user_id"] == str(ada.pk)
    cookies = response.cookies
    assert cookies.keys() == {"sessionid", "posthog_csrftoken"}
    assert cookies["sessionid"]["httponly"]
    assert not cookies["posthog_csrftoken"]["httponly"]
    assert {each["max-age"] for each in cookies.values()} == {14 * 24 * 60 * 60}
    assert {each["samesite"] for each in cookies.values()} == {"Lax"}
    assert anonymous.get(KEYS).json() == []


def test_login__csrf_cookie_as_header__writes_are_accepted(credentials):
    browser = DocumentedClient(enforce_csrf_checks=True)
    token = browser.post(LOGIN, credentials).cookies[settings.CSRF_COOKIE_NAME].value
    body = {"label": "ci", "scopes": ["*"], "scoped_teams": [], "scoped_organizations": []}

    response = browser.post(KEYS, body, headers={"X-CSRFToken": token})

    assert response.status_code == 201


def test_login__trailing_slash__same_answer(anonymous, credentials):
    assert anonymous.post(f"{LOGIN}/", credentials).json() == {"success": True}


def test_login__email_in_capitals__works(anonymous, credentials):
    email = credentials["email"].upper()

    response = anonymous.post(LOGIN, credentials | {"email": email})

    assert response.status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"password": "something else"}, id="password"),
        pytest.param({"password": "correct horse battery "}, id="password_with_a_space"),
        pytest.param({"email": "nobody@example.com"}, id="email"),
    ],
)
def test_login__wrong_pair__refused_without_a_hint(anonymous, credentials, wrong):
    response = anonymous.post(LOGIN, credentials | wrong)

    assert_invalid(response, None, "invalid_credentials")
    assert response.json()["detail"] == "The e-mail address or the password is wrong."
    assert not response.cookies
    assert not Session.objects.exists()


def test_login__user_inactive__like_a_wrong_password(anonymous, credentials, ada):
    ada.is_active = False
    ada.save(update_fields=["is_active"])

    response = anonymous.post(LOGIN, credentials)

    assert_invalid(response, None, "invalid_credentials")


@pytest.mark.parametrize("password", ["", "!", "x"])
def test_login__user_without_a_password__refused(anonymous, ada, password):
    response = anonymous.post(LOGIN, {"email": ada.email, "password": password or ada.password})

    assert_invalid(response, None, "invalid_credentials")


@pytest.mark.parametrize(
    ("changed", "attr", "code"),
    [
        pytest.param({"email": ...}, "email", "required", id="no_email"),
        pytest.param({"password": ...}, "password", "required", id="no_password"),
        pytest.param({"email": ..., "password": ...}, "email", "required", id="nothing"),
        pytest.param({"email": None}, "email", "null", id="null_email"),
        pytest.param({"password": ""}, "password", "blank", id="blank_password"),
        pytest.param({"email": "ada"}, "email", "invalid_input", id="no_address"),
        pytest.param({"email": ["a"]}, "email", "invalid_input", id="list"),
        pytest.param({"password": "x" * 4097}, "password", "max_length", id="endless_password"),
        pytest.param(
            {"password": "a\0b"}, "password", "null_characters_not_allowed", id="null_character"
        ),
    ],
)
def test_login__body_not_valid__refused(anonymous, credentials, changed, attr, code):
    body = {name: value for name, value in (credentials | changed).items() if value is not ...}

    response = anonymous.post(LOGIN, body)

    assert_invalid(response, attr, code)


@pytest.mark.parametrize("name", ["email", "password"])
def test_login__half_a_surrogate_pair__refused(anonymous, credentials, name):
    body = json.dumps(credentials | {name: "\ud800"})

    response = anonymous.post(LOGIN, body, content_type="application/json")

    assert_invalid(response, name, "surrogate_characters_not_allowed")


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param("multipart/form-data; boundary=x", id="multipart"),
        pytest.param("application/x-www-form-urlencoded", id="form"),
        pytest.param("text/plain", id="text"),
        pytest.param("text/plain; application/json", id="text_that_mentions_json"),
        pytest.param("", id="none"),
    ],
)
def test_login__type_that_a_foreign_page_can_send__unsupported(anonymous, credentials, kind):
    response = anonymous.generic("POST", LOGIN, json.dumps(credentials), content_type=kind)

    assert_error(response, 415, "unsupported_media_type")
    assert not response.cookies


def test_login__already_a_session__another_session_instead(anonymous, credentials):
    anonymous.post(LOGIN, credentials)
    first = anonymous.cookies["sessionid"].value

    anonymous.post(LOGIN, credentials)

    second = anonymous.cookies["sessionid"].value
    assert first != second
    assert [each.session_key for each in Session.objects.all()] == [second]


def test_login__session_of_somebody_else__the_new_user_speaks(credentials, mallory, key):
    browser = DocumentedClient()
    browser.force_login(mallory)

    response = browser.post(LOGIN, credentials)

    assert response.status_code == 200
    assert [each["id"] for each in browser.get(KEYS).json()] == [key.pk]


@in_one_test("method", ["get", "put", "patch", "delete"])
def test_login__other_methods__not_allowed(anonymous, db, method):
    assert_error(getattr(anonymous, method)(LOGIN), 405, "method_not_allowed")
