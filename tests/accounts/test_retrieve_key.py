import pytest

from tests import factories
from tests.accounts.paths import KEYS, one
from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.looping import in_one_test
from users.models import PersonalAPIKey


def test_retrieve_key__own__shown_without_its_value(browser, key):
    response = browser.get(one(key))

    assert response.status_code == 200
    body = response.json()
    assert (body["id"], body["label"], body["scopes"]) == (key.pk, "ci", ["experiment:read"])
    assert body["value"] is None
    assert key.value not in response.content.decode()
    assert body in browser.get(KEYS).json()


def test_retrieve_key__of_another_user__not_found(browser, foreign_key):
    assert_error(browser.get(one(foreign_key)), 404, "not_found")


@in_one_test("reference", ["unknown", "@me", "1", "%00", "a%00b", "-", "\xe9", "x" * 99])
def test_retrieve_key__unknown_id__not_found(browser, key, reference):
    assert_error(browser.get(f"{KEYS}{reference}/"), 404, "not_found")


def test_retrieve_key__current_with_a_session__not_found(browser, key):
    assert_error(browser.get(f"{KEYS}@current/"), 404, "not_found")


def test_retrieve_key__old_row_with_nulls__shown(browser, key):
    PersonalAPIKey.objects.update(mask_value=None)

    assert browser.get(one(key)).json()["mask_value"] is None


@pytest.mark.parametrize("reference", ["@current", "id"])
def test_retrieve_key__the_key_itself__shown_to_it(own_client, key, reference):
    path = f"{KEYS}@current" if reference == "@current" else one(key)

    response = own_client.get(path)

    assert response.status_code == 200
    assert response.json()["id"] == key.pk
    assert response.json()["last_used_at"]


@pytest.mark.parametrize("scope", ["user:read", "*", "experiment:write"])
def test_retrieve_key__whatever_scope__may_read_itself(ada, scope):
    client = DocumentedClient(factories.make_key(ada, scope))

    assert client.get(f"{KEYS}@current").json()["scopes"] == [scope]


def test_retrieve_key__no_scopes_at_all__may_read_itself(own_client, key):
    PersonalAPIKey.objects.update(scopes=[])

    assert own_client.get(f"{KEYS}@current").json()["scopes"] == []


def test_retrieve_key__scoped_to_projects_and_organizations__may_read_itself(
    ada, organization, project
):
    reach = {"projects": (project.pk,), "organizations": (str(organization.pk),)}
    client = DocumentedClient(factories.make_key(ada, "*", **reach))

    body = client.get(f"{KEYS}@current").json()

    assert body["scoped_teams"] == [project.pk]
    assert body["scoped_organizations"] == [str(organization.pk)]


def test_retrieve_key__owner_in_no_organization__may_read_itself(own_client, key, ada):
    ada.memberships.all().delete()

    assert own_client.get(f"{KEYS}@current").json()["id"] == key.pk


@pytest.mark.parametrize("place", ["body", "query"])
def test_retrieve_key__key_elsewhere_than_in_the_header__shown(anonymous, key, place):
    # A GET has a body as well, when a client sends one.
    if place == "query":
        response = anonymous.get(f"{KEYS}@current?personal_api_key={key.value}")
    else:
        body = f'{{"personal_api_key": "{key.value}"}}'
        response = anonymous.generic("GET", f"{KEYS}@current", body, "application/json")

    assert response.json()["id"] == key.pk


def test_retrieve_key__another_own_key__forbidden(everything, key):
    assert_error(everything.get(one(key)), 403, "permission_denied")


def test_retrieve_key__key_asks_for_a_foreign_one__not_found(everything, foreign_key):
    assert_error(everything.get(one(foreign_key)), 404, "not_found")


def test_retrieve_key__head__like_get(own_client, key):
    assert own_client.head(f"{KEYS}@current").status_code == 200


def test_retrieve_key__known_etag__not_modified(browser, key):
    etag = browser.get(one(key)).headers["ETag"]

    assert browser.get(one(key), headers={"If-None-Match": etag}).status_code == 304


def test_retrieve_key__nobody__not_authenticated(anonymous, key):
    assert_error(anonymous.get(one(key)), 401, "not_authenticated")


def test_retrieve_key__deleted_meanwhile__not_authenticated(own_client, key):
    key.delete()

    assert_error(own_client.get(f"{KEYS}@current"), 401, "authentication_failed")
