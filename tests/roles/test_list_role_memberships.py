from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tenants.services import add_to_role
from tests import factories
from tests.assertions import assert_error
from tests.looping import in_one_test


def _url(organization, role_id):
    return f"/api/organizations/{organization.pk}/roles/{role_id}/role_memberships/"


def test_list_role_memberships__two__longest_standing_first(
    client, organization, make_role, ada, grace
):
    role = make_role(users=[grace, ada])

    response = client.get(_url(organization, role.pk))

    assert response.status_code == 200
    body = response.json()
    assert list(body) == ["count", "next", "previous", "results"]
    assert body["count"] == 2
    assert [row["user"]["id"] for row in body["results"]] == [grace.pk, ada.pk]
    row = body["results"][0]
    assert list(row) == ["id", "role_id", "user", "user_uuid", "joined_at", "updated_at"]
    assert (row["role_id"], row["user_uuid"]) == (str(role.pk), str(grace.uuid))


def test_list_role_memberships__of_another_role__not_shown(
    client, organization, role, make_role, ada
):
    make_role("Approvers", users=[ada])

    response = client.get(_url(organization, role.pk))

    assert response.json() == {"count": 0, "next": None, "previous": None, "results": []}


def test_list_role_memberships__user_left_the_organization__not_shown(
    client, organization, make_role, grace
):
    role = make_role(users=[grace])
    grace.memberships.all().delete()

    response = client.get(_url(organization, role.pk))

    assert response.json()["count"] == 0


def test_list_role_memberships__limit__one_page(client, organization, make_role, ada, grace):
    role = make_role(users=[grace, ada])

    body = client.get(_url(organization, role.pk), {"limit": 1}).json()

    assert [row["user"]["id"] for row in body["results"]] == [grace.pk]
    assert body["next"] == f"http://testserver{_url(organization, role.pk)}?limit=1&offset=1"


def test_list_role_memberships__one_or_five__same_number_of_queries(
    client, organization, role, membership
):
    client.get(_url(organization, role.pk))
    with CaptureQueriesContext(connection) as with_one:
        client.get(_url(organization, role.pk))

    for number in range(4):
        user = factories.make_user(f"user{number}@example.com", organization)
        add_to_role(
            organization=organization, role_id=role.pk, user_uuid=user.uuid, now=timezone.now()
        )
    with CaptureQueriesContext(connection) as with_five:
        response = client.get(_url(organization, role.pk))

    assert len(response.json()["results"]) == 5
    assert len(with_five) == len(with_one)


def test_list_role_memberships__no_trailing_slash__same_answer(
    client, organization, role, membership
):
    response = client.get(_url(organization, role.pk).rstrip("/"))

    assert response.json() == client.get(_url(organization, role.pk)).json()


def test_list_role_memberships__no_key__not_authenticated(anonymous, organization, role):
    response = anonymous.get(_url(organization, role.pk))

    assert_error(response, 401, "not_authenticated")


def test_list_role_memberships__key_without_the_scope__forbidden(reader, organization, role):
    response = reader.get(_url(organization, role.pk))

    assert_error(response, 403, "permission_denied")


def test_list_role_memberships__not_a_member__forbidden(outsider, organization, role):
    response = outsider.get(_url(organization, role.pk))

    assert_error(response, 403, "permission_denied")


@in_one_test("role_id", ["abc", "0", "0190a1b2-0000-7000-8000-000000000000"])
def test_list_role_memberships__unknown_role__not_found(client, organization, role_id):
    response = client.get(_url(organization, role_id))

    assert_error(response, 404, "not_found")


def test_list_role_memberships__role_of_another_organization__not_found(
    client, organization, foreign_role
):
    response = client.get(_url(organization, foreign_role.pk))

    assert_error(response, 404, "not_found")
