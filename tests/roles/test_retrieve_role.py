import pytest

from tests.assertions import assert_error
from tests.looping import in_one_test


def _url(organization, reference):
    return f"/api/organizations/{organization.pk}/roles/{reference}/"


def test_retrieve_role__own__shown_whole(client, organization, role, membership, ada, edith):
    response = client.get(_url(organization, role.pk))

    assert response.status_code == 200
    body = response.json()
    assert list(body) == ["id", "name", "created_at", "created_by", "is_default", "members"]
    assert (body["id"], body["name"]) == (str(role.pk), "Reviewers")
    assert (body["created_by"], body["is_default"]) == (None, False)
    [member] = body["members"]
    assert list(member) == ["id", "role_id", "user", "user_uuid", "joined_at", "updated_at"]
    assert (member["id"], member["role_id"]) == (str(membership.pk), str(role.pk))
    assert (member["user"]["id"], member["user_uuid"]) == (ada.pk, str(ada.uuid))


@pytest.mark.parametrize("ending", ["", ".json"])
def test_retrieve_role__other_spelling_of_the_path__same(client, organization, role, ending):
    response = client.get(_url(organization, role.pk).rstrip("/") + ending)

    assert response.json() == client.get(_url(organization, role.pk)).json()


def test_retrieve_role__no_key__not_authenticated(anonymous, organization, role):
    response = anonymous.get(_url(organization, role.pk))

    assert_error(response, 401, "not_authenticated")


def test_retrieve_role__key_without_the_scope__forbidden(reader, organization, role):
    response = reader.get(_url(organization, role.pk))

    assert_error(response, 403, "permission_denied")


def test_retrieve_role__not_a_member__forbidden(outsider, organization, role):
    response = outsider.get(_url(organization, role.pk))

    assert_error(response, 403, "permission_denied")


@in_one_test("reference", ["0", "abc", "@current", "0190a1b2-0000-7000-8000-0", "\u0661"])
def test_retrieve_role__no_uuid__not_found(client, organization, role, reference):
    response = client.get(_url(organization, reference))

    assert_error(response, 404, "not_found")


def test_retrieve_role__unknown_uuid__not_found(client, organization, role):
    response = client.get(_url(organization, "0190a1b2-0000-7000-8000-000000000000"))

    assert_error(response, 404, "not_found")


def test_retrieve_role__of_another_organization__not_found(client, organization, foreign_role):
    response = client.get(_url(organization, foreign_role.pk))

    assert_error(response, 404, "not_found")
