from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.accounts.paths import KEYS, LOGIN
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.looping import in_one_test

CODE = f"{LOGIN}/code/"


def make_code(email):
    out = StringIO()
    call_command("login_code", email, stdout=out)
    return out.getvalue().strip()


@pytest.fixture
def code(ada):
    ada.set_unusable_password()
    ada.save(update_fields=["password"])
    return make_code(ada.email)


def test_login_code__user_without_a_password__recent_session_of_theirs_begins(anonymous, code, ada):
    response = anonymous.post(CODE, {"code": code})

    assert response.status_code == 200
    assert response.json() == {"success": True}
    assert response.cookies.keys() == {"sessionid", "posthog_csrftoken"}
    assert Session.objects.get().get_decoded()["_auth_user_id"] == str(ada.pk)
    # Keys need a recent login.
    assert anonymous.get(KEYS).json() == []


def test_login_code__csrf_cookie_as_header__writes_are_accepted(code):
    browser = DocumentedClient(enforce_csrf_checks=True)
    token = browser.post(CODE, {"code": code}).cookies[settings.CSRF_COOKIE_NAME].value
    body = {"label": "ci", "scopes": ["*"], "scoped_teams": [], "scoped_organizations": []}

    assert browser.post(KEYS, body, headers={"X-CSRFToken": token}).status_code == 201


def test_login_code__session_of_another_user__ends(anonymous, code, mallory):
    anonymous.force_login(mallory)
    former = Session.objects.get().pk

    assert anonymous.post(CODE, {"code": code}).status_code == 200
    assert not Session.objects.filter(pk=former).exists()


def test_login_code__second_use__refused(anonymous, code):
    assert anonymous.post(CODE, {"code": code}).status_code == 200

    response = DocumentedClient().post(CODE, {"code": code})

    assert_invalid(response, "code", "invalid_login_code")
    assert not response.cookies
    assert Session.objects.count() == 1


def test_login_code__two_codes_and_one_used__the_other_refused(anonymous, code, ada):
    other = make_code(ada.email)
    assert anonymous.post(CODE, {"code": code}).status_code == 200

    assert_invalid(DocumentedClient().post(CODE, {"code": other}), "code", "invalid_login_code")


@pytest.mark.parametrize(("minutes", "status"), [(14, 200), (16, 400)])
def test_login_code__waits__expires_after_15_minutes(anonymous, code, minutes, status):
    with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
        assert anonymous.post(CODE, {"code": code}).status_code == status


@pytest.mark.parametrize("change", [{"password": "!other"}, {"email": "new@example.com"}])
def test_login_code__password_or_address_changed_since__refused(anonymous, code, ada, change):
    type(ada).objects.filter(pk=ada.pk).update(**change)

    assert_invalid(anonymous.post(CODE, {"code": code}), "code", "invalid_login_code")


def test_login_code__user_inactive__refused(anonymous, code, ada):
    ada.is_active = False
    ada.save(update_fields=["is_active"])

    assert_invalid(anonymous.post(CODE, {"code": code}), "code", "invalid_login_code")


@pytest.mark.django_db
@in_one_test("forged", ["x", "1.a:b:c", "::", "1", "ä", "9" * 200])
def test_login_code__forged__refused(anonymous, forged):
    assert_invalid(anonymous.post(CODE, {"code": forged}), "code", "invalid_login_code")


def test_login_code__half_a_character__refused(anonymous):
    body = b'{"code": "\\ud800"}'

    response = anonymous.post(CODE, body, content_type="application/json")

    assert response.status_code == 400


def test_login_code__of_another_user_put_in__refused(anonymous, code, ada, mallory):
    forged = code.replace(f"{ada.pk}.", f"{mallory.pk}.", 1)

    assert_invalid(anonymous.post(CODE, {"code": forged}), "code", "invalid_login_code")


@pytest.mark.parametrize("body", [{}, {"code": ""}, {"code": None}, {"code": "x" * 201}])
def test_login_code__no_code_or_a_long_one__invalid(anonymous, body):
    response = anonymous.post(CODE, body)

    assert response.status_code == 400
    assert response.json()["attr"] == "code"


def test_login_code__form_of_another_site__unsupported(anonymous, code):
    response = anonymous.post(
        CODE, f"code={code}", content_type="application/x-www-form-urlencoded"
    )

    assert_error(response, 415, "unsupported_media_type")


@pytest.mark.usefixtures("ada")
def test_login_code_command__unknown_address__refused():
    with pytest.raises(CommandError, match="No active user"):
        make_code("nobody@example.com")


def test_login_code_command__address_in_capitals__code_works(anonymous, ada):
    assert anonymous.post(CODE, {"code": make_code(ada.email.upper())}).status_code == 200
