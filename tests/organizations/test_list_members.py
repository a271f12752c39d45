import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.looping import in_one_test


@pytest.fixture
def url(organization):
    return f"/api/organizations/{organization.pk}/members/"


def test_list_members__three__the_latest_first(client, ada, grace, edith, url):
    response = client.get(url)

    assert response.status_code == 200
    body = response.json()
    assert list(body) == ["count", "next", "previous", "results"]
    assert [row["user"]["id"] for row in body["results"]] == [edith.pk, grace.pk, ada.pk]
    row = body["results"][0]
    assert list(row) == [
        "id",
        "user",
        "level",
        "joined_at",
        "updated_at",
        "is_2fa_enabled",
        "has_social_auth",
        "last_login",
    ]
    assert (row["id"], row["level"]) == (str(edith.memberships.get().uuid), 8)
    assert (row["user"]["email"], row["last_login"]) == (edith.email, None)


def test_list_members__order__the_first_first(client, ada, grace, url):
    body = client.get(url, {"order": "joined_at"}).json()

    assert [row["user"]["id"] for row in body["results"]] == [ada.pk, grace.pk]


def test_list_members__of_others_and_inactive__not_shown(client, ada, grace, mallory, url):
    grace.is_active = False
    grace.save(update_fields=["is_active"])

    assert [row["user"]["id"] for row in client.get(url).json()["results"]] == [ada.pk]


def test_list_members__more__same_number_of_queries(client, organization, url):
    client.get(url)
    with CaptureQueriesContext(connection) as with_one:
        client.get(url)

    for number in range(4):
        factories.make_user(f"user-{number}@example.com", organization)
    with CaptureQueriesContext(connection) as with_five:
        response = client.get(url)

    assert response.json()["count"] == 5
    assert len(with_five) == len(with_one)


@pytest.mark.parametrize("reference", ["@me", "uuid"])
def test_retrieve_member__ourselves__shown(client, ada, url, reference):
    response = client.get(f"{url}{reference.replace('uuid', str(ada.uuid))}/")

    assert response.json()["user"]["id"] == ada.pk
    assert response.headers["ETag"]


@in_one_test("reference", ["0190a1b2-0000-7000-8000-000000000000", "1", "@current"])
def test_retrieve_member__nobody__not_found(client, url, reference):
    assert_error(client.get(f"{url}{reference}/"), 404, "not_found")


def test_retrieve_member__of_others__not_found(client, mallory, url):
    assert_error(client.get(f"{url}{mallory.uuid}/"), 404, "not_found")


def test_list_members__not_a_member__forbidden(outsider, url):
    assert_error(outsider.get(url), 403, "permission_denied")


def test_list_members__nobody__not_authenticated(anonymous, url):
    assert_error(anonymous.get(url), 401, "not_authenticated")


def test_list_members__key_without_the_scope__forbidden(ada, url):
    response = DocumentedClient(factories.make_key(ada, "organization:write")).get(url)

    assert_error(response, 403, "permission_denied")
    assert "'organization_member:read'" in response.json()["detail"]
