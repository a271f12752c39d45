from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient


def _url(organization):
    return f"/api/organizations/{organization.pk}/roles/"


def test_list_roles__two__by_name_with_their_members(
    client, organization, make_role, ada, grace, edith
):
    writers = make_role("writers", users=[grace, ada])
    approvers = make_role("Approvers")

    response = client.get(_url(organization))

    assert response.status_code == 200
    body = response.json()
    assert list(body) == ["count", "next", "previous", "results"]
    assert (body["count"], body["next"], body["previous"]) == (2, None, None)
    assert [row["id"] for row in body["results"]] == [str(approvers.pk), str(writers.pk)]
    row = body["results"][1]
    assert list(row) == ["id", "name", "created_at", "created_by", "is_default", "members"]
    assert (row["name"], row["created_by"]) == ("writers", None)
    assert [member["user"]["id"] for member in row["members"]] == [grace.pk, ada.pk]


def test_list_roles__none__empty_page(client, organization):
    response = client.get(_url(organization))

    assert response.status_code == 200
    assert response.json() == {"count": 0, "next": None, "previous": None, "results": []}


def test_list_roles__of_another_organization__not_shown(client, organization, foreign_role):
    response = client.get(_url(organization))

    assert response.json()["count"] == 0


def test_list_roles__creator_deleted__still_there(client, organization, role, edith):
    edith.delete()

    response = client.get(_url(organization))

    assert response.json()["count"] == 1


def test_list_roles__member_left_the_organization__not_among_the_members(
    client, organization, make_role, grace
):
    make_role(users=[grace])
    grace.memberships.all().delete()

    response = client.get(_url(organization))

    assert response.json()["results"][0]["members"] == []


def test_list_roles__member_of_two_organizations__shown_once(
    client, organization, make_role, grace
):
    make_role(users=[grace])
    factories.make_organization("Other").memberships.create(user=grace)

    response = client.get(_url(organization))

    assert len(response.json()["results"][0]["members"]) == 1


def test_list_roles__limit_and_offset__one_page_with_its_neighbours(
    client, organization, make_role
):
    roles = [make_role(name) for name in ("a", "b", "c")]

    body = client.get(_url(organization), {"limit": 1, "offset": 1}).json()

    assert [row["id"] for row in body["results"]] == [str(roles[1].pk)]
    assert body["count"] == 3
    assert body["next"] == f"http://testserver{_url(organization)}?limit=1&offset=2"
    assert body["previous"] == f"http://testserver{_url(organization)}?limit=1"


def test_list_roles__one_or_five__same_number_of_queries(
    client, organization, make_role, ada, grace
):
    make_role(users=[ada])
    client.get(_url(organization))
    with CaptureQueriesContext(connection) as with_one:
        client.get(_url(organization))

    for number in range(4):
        make_role(f"Role {number}", users=[ada, grace])
    with CaptureQueriesContext(connection) as with_five:
        response = client.get(_url(organization))

    assert len(response.json()["results"]) == 5
    assert len(with_five) == len(with_one)


def test_list_roles__no_trailing_slash__same_answer(client, organization, role):
    response = client.get(_url(organization).rstrip("/"))

    assert response.json() == client.get(_url(organization)).json()


def test_list_roles__key_that_may_only_read__allowed(ada, organization, role):
    reader = DocumentedClient(factories.make_key(ada, "organization:read"))

    response = reader.get(_url(organization))

    assert response.json()["count"] == 1


def test_list_roles__no_key__not_authenticated(anonymous, organization):
    response = anonymous.get(_url(organization))

    assert_error(response, 401, "not_authenticated")


def test_list_roles__key_without_the_scope__forbidden(reader, organization):
    response = reader.get(_url(organization))

    assert_error(response, 403, "permission_denied")
    assert "'organization:read'" in response.json()["detail"]


def test_list_roles__not_a_member__forbidden(outsider, organization):
    response = outsider.get(_url(organization))

    assert_error(response, 403, "permission_denied")
