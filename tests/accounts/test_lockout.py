import datetime

import pytest
import time_machine
from rest_framework.settings import api_settings

from tests.accounts.hashers import CountingHasher
from tests.accounts.paths import LOGIN
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient

NOW = datetime.datetime(2126, 3, 2, 10, 0, tzinfo=datetime.UTC)
TEN_MINUTES = datetime.timedelta(minutes=10)
FEW = 3


@pytest.fixture
def few(settings):
    settings.AXES_FAILURE_LIMIT = FEW


@pytest.fixture
def wrong(credentials):
    return credentials | {"password": "wrong"}


def fail(wrong, times=FEW, client=None, **headers):
    client = client or DocumentedClient()
    return [client.post(LOGIN, wrong, **headers) for _ in range(times)]


def assert_locked(response):
    assert_error(response, 403, "too_many_failed_attempts")
    assert response.json()["type"] == "authentication_error"
    assert response.headers["Retry-After"] == "600"


def test_lockout__thirty_failures__not_even_the_right_password(credentials, wrong):
    *earlier, last = fail(wrong, times=30)

    assert {response.status_code for response in earlier} == {400}
    assert_locked(last)
    response = DocumentedClient().post(LOGIN, credentials)
    assert_locked(response)
    assert not response.cookies


def test_lockout__locked__password_is_not_looked_at(credentials, wrong, few):
    fail(wrong)
    CountingHasher.hashed = 0

    assert_locked(DocumentedClient().post(LOGIN, credentials))
    assert CountingHasher.hashed == 0


def test_lockout__ten_minutes_later__over(credentials, wrong, few):
    with time_machine.travel(NOW, tick=False):
        fail(wrong)
    with time_machine.travel(NOW + TEN_MINUTES - datetime.timedelta(seconds=1), tick=False):
        assert_locked(DocumentedClient().post(LOGIN, credentials))

    with time_machine.travel(NOW + TEN_MINUTES + datetime.timedelta(seconds=1), tick=False):
        assert DocumentedClient().post(LOGIN, credentials).status_code == 200


def test_lockout__success_before_the_limit__counted_from_nothing(credentials, wrong, few):
    fail(wrong, times=FEW - 1)
    DocumentedClient().post(LOGIN, credentials)

    assert {response.status_code for response in fail(wrong, times=FEW - 1)} == {400}


def test_lockout__email_in_other_cases__counted_together(credentials, wrong, few):
    fail(wrong, times=FEW - 1)

    [response] = fail(wrong | {"email": wrong["email"].upper()}, times=1)

    assert_locked(response)


def test_lockout__other_email__not_locked(credentials, wrong, few, mallory):
    fail(wrong)

    response = DocumentedClient().post(LOGIN, wrong | {"email": mallory.email})

    assert_invalid(response, None, "invalid_credentials")


def test_lockout__unknown_email__locked_alike(credentials, wrong, few):
    assert_locked(fail(wrong | {"email": "nobody@example.com"})[-1])


def test_lockout__other_address__not_locked(credentials, wrong, few):
    fail(wrong)

    response = DocumentedClient(REMOTE_ADDR="192.0.2.7").post(LOGIN, credentials)

    assert response.status_code == 200


def test_lockout__address_forged_in_a_header__counted_together(wrong, few):
    responses = [
        DocumentedClient().post(LOGIN, wrong, headers={"X-Forwarded-For": f"192.0.2.{number}"})
        for number in range(FEW)
    ]

    assert_locked(responses[-1])


@pytest.mark.parametrize("agent", ["a", "x" * 1000, "\xe9"])
def test_lockout__another_user_agent__counted_together(wrong, few, agent):
    fail(wrong, times=FEW - 1)

    assert_locked(DocumentedClient().post(LOGIN, wrong, HTTP_USER_AGENT=agent))


@pytest.mark.parametrize("address", ["", "unix:", "2001:db8::1", "fe80::1%eth0", "192.0.2.7:1234"])
def test_lockout__odd_address__counted(wrong, few, address):
    assert_locked(fail(wrong, client=DocumentedClient(REMOTE_ADDR=address))[-1])


def test_lockout__other_addresses_of_one_ipv6_network__counted_together(wrong, few):
    responses = [
        DocumentedClient(REMOTE_ADDR=f"2001:db8:0:1::{number}").post(LOGIN, wrong)
        for number in range(FEW)
    ]

    assert_locked(responses[-1])


def test_lockout__behind_a_proxy__its_word_for_the_address(credentials, wrong, few, monkeypatch):
    monkeypatch.setattr(api_settings, "NUM_PROXIES", 1)
    behind = {"headers": {"X-Forwarded-For": "203.0.113.1, 192.0.2.7"}}

    assert_locked(fail(wrong, **behind)[-1])
    other = {"X-Forwarded-For": "192.0.2.7, 203.0.113.1"}
    assert DocumentedClient().post(LOGIN, credentials, headers=other).status_code == 200


def test_lockout__on_the_admin_site__together_with_the_api(credentials, wrong, few, ada):
    form = {"username": wrong["email"], "password": "wrong"}
    browser = DocumentedClient()

    pages = [browser.post("/admin/login/", form, format="multipart") for _ in range(FEW)]

    assert [page.status_code for page in pages] == [200] * (FEW - 1) + [403]
    assert_locked(pages[-1])
    assert_locked(DocumentedClient().post(LOGIN, credentials))


def test_lockout__keys_of_the_user__work_on(wrong, few, key):
    fail(wrong)

    client = DocumentedClient(key.value)

    assert client.get("/api/personal_api_keys/@current").status_code == 200


@pytest.mark.parametrize(
    "case", ["wrong_password", "unknown_email", "inactive_user", "user_without_a_password"]
)
def test_login__refused__password_is_hashed_once(credentials, ada, case):
    sent = credentials | {"password": "wrong"}
    if case == "unknown_email":
        sent["email"] = "nobody@example.com"
    if case == "inactive_user":
        ada.is_active = False
    if case == "user_without_a_password":
        ada.set_unusable_password()
    ada.save()
    CountingHasher.hashed = 0

    assert_invalid(DocumentedClient().post(LOGIN, sent), None, "invalid_credentials")
    assert CountingHasher.hashed == 1
