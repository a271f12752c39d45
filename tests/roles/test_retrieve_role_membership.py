from tests.assertions import assert_error
from tests.looping import in_one_test


def _url(organization, role_id, reference):
    return f"/api/organizations/{organization.pk}/roles/{role_id}/role_memberships/{reference}/"


def test_retrieve_role_membership__own__shown_whole(client, organization, role, membership, ada):
    response = client.get(_url(organization, role.pk, membership.pk))

    assert response.status_code == 200
    body = response.json()
    assert list(body) == ["id", "role_id", "user", "user_uuid", "joined_at", "updated_at"]
    assert (body["id"], body["role_id"]) == (str(membership.pk), str(role.pk))
    assert (body["user"]["email"], body["user_uuid"]) == (ada.email, str(ada.uuid))


@in_one_test("reference", ["abc", "0", "0190a1b2-0000-7000-8000-000000000000"])
def test_retrieve_role_membership__unknown_id__not_found(client, organization, role, reference):
    response = client.get(_url(organization, role.pk, reference))

    assert_error(response, 404, "not_found")


def test_retrieve_role_membership__below_another_role__not_found(
    client, organization, membership, make_role
):
    response = client.get(_url(organization, make_role("Approvers").pk, membership.pk))

    assert_error(response, 404, "not_found")


def test_retrieve_role_membership__patch__not_allowed(admin, organization, role, membership):
    response = admin.patch(_url(organization, role.pk, membership.pk), {})

    assert_error(response, 405, "method_not_allowed")


def test_retrieve_role_membership__no_key__not_authenticated(
    anonymous, organization, role, membership
):
    response = anonymous.get(_url(organization, role.pk, membership.pk))

    assert_error(response, 401, "not_authenticated")


def test_retrieve_role_membership__key_without_the_scope__forbidden(
    reader, organization, role, membership
):
    response = reader.get(_url(organization, role.pk, membership.pk))

    assert_error(response, 403, "permission_denied")


def test_retrieve_role_membership__not_a_member__forbidden(
    outsider, organization, role, membership
):
    response = outsider.get(_url(organization, role.pk, membership.pk))

    assert_error(response, 403, "permission_denied")
