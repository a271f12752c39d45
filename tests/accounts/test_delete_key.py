from tests.accounts.paths import KEYS, one
from tests.assertions import assert_error
from users.models import PersonalAPIKey


def test_delete_key__own__gone_at_once(browser, own_client, key):
    response = browser.delete(one(key))

    assert response.status_code == 204
    assert response.content == b""
    assert not PersonalAPIKey.objects.exists()
    assert_error(own_client.get(f"{KEYS}@current"), 401, "authentication_failed")
    assert_error(browser.delete(one(key)), 404, "not_found")


def test_delete_key__of_another_user__not_found(browser, foreign_key):
    assert_error(browser.delete(one(foreign_key)), 404, "not_found")
    assert PersonalAPIKey.objects.exists()


def test_delete_key__stale_if_match__kept(browser, key):
    response = browser.delete(one(key), headers={"If-Match": '"old"'})

    assert_error(response, 412, "precondition_failed")
    assert PersonalAPIKey.objects.exists()


def test_delete_key__by_a_key__forbidden(everything, own_client, key, foreign_key):
    for client in (own_client, everything):
        for target in (key, foreign_key):
            assert_error(client.delete(one(target)), 403, "permission_denied")
    assert PersonalAPIKey.objects.count() == 3


def test_delete_key__nobody__not_authenticated(anonymous, key):
    assert_error(anonymous.delete(one(key)), 401, "not_authenticated")
