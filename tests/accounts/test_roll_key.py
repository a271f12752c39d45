import datetime

import time_machine

from tests.accounts.paths import KEYS, one
from tests.assertions import assert_error
from tests.client import DocumentedClient
from users.tokens import hashed

NOW = datetime.datetime(2126, 3, 2, 10, 0, tzinfo=datetime.UTC)


def test_roll_key__own__new_value_in_the_same_key(browser, own_client, key):
    own_client.get(f"{KEYS}@current")
    before = browser.get(one(key)).json()

    response = browser.post(f"{one(key)}roll/")

    assert response.status_code == 200
    body = response.json()
    value = body["value"]
    assert value.startswith("phx_")
    assert value != key.value
    changed = {"value", "mask_value", "last_rolled_at"}
    assert {name for name in body if body[name] != before[name]} == changed
    assert body["mask_value"] == f"phx_...{value[-4:]}"
    key.refresh_from_db()
    assert key.secure_value == hashed(value)
    assert browser.get(one(key)).json() == body | {"value": None}


def test_roll_key__old_value__refused_at_once(browser, own_client, key):
    value = browser.post(f"{one(key)}roll/").json()["value"]

    assert_error(own_client.get(f"{KEYS}@current"), 401, "authentication_failed")
    assert DocumentedClient(value).get(f"{KEYS}@current").json()["id"] == key.pk


def test_roll_key__moment__told(browser, ada, key):
    with time_machine.travel(NOW, tick=False):
        browser.force_login(ada)

        body = browser.post(f"{one(key)}roll").json()

    assert body["last_rolled_at"] == "2126-03-02T10:00:00Z"


def test_roll_key__answer__no_etag_and_no_replay(browser, key):
    headers = {"Idempotency-Key": "once"}

    answers = [browser.post(f"{one(key)}roll/", headers=headers) for _ in range(2)]

    assert answers[0].json()["value"] != answers[1].json()["value"]
    assert "ETag" not in answers[0].headers


def test_roll_key__stale_if_match__not_rolled(browser, own_client, key):
    response = browser.post(f"{one(key)}roll/", headers={"If-Match": '"old"'})

    assert_error(response, 412, "precondition_failed")
    assert own_client.get(f"{KEYS}@current").status_code == 200


def test_roll_key__of_another_user__not_found(browser, foreign_key):
    assert_error(browser.post(f"{one(foreign_key)}roll/"), 404, "not_found")


def test_roll_key__by_a_key__forbidden(everything, own_client, key):
    for client in (own_client, everything):
        assert_error(client.post(f"{one(key)}roll/"), 403, "permission_denied")
        assert_error(client.post(f"{KEYS}@current/roll/"), 403, "permission_denied")
    assert own_client.get(f"{KEYS}@current").status_code == 200


def test_roll_key__nobody__not_authenticated(anonymous, key):
    assert_error(anonymous.post(f"{one(key)}roll/"), 401, "not_authenticated")


def test_roll_key__get__not_allowed(browser, key):
    assert_error(browser.get(f"{one(key)}roll/"), 405, "method_not_allowed")
