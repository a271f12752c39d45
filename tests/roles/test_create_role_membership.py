import pytest

from tenants.models import RoleMembership
from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.looping import in_one_test


def _url(organization, role_id):
    return f"/api/organizations/{organization.pk}/roles/{role_id}/role_memberships/"


def _values(user):
    return {"user_uuid": str(user.uuid)}


def test_create_role_membership__member__stored_and_shown(admin, organization, role, ada):
    response = admin.post(_url(organization, role.pk), _values(ada))

    assert response.status_code == 201
    membership = RoleMembership.objects.get()
    assert (membership.role, membership.user) == (role, ada)
    assert membership.pk.version == 7
    assert membership.updated_at == membership.joined_at
    body = response.json()
    assert list(body) == ["id", "role_id", "user", "user_uuid", "joined_at", "updated_at"]
    assert (body["id"], body["role_id"]) == (str(membership.pk), str(role.pk))
    assert (body["user"]["id"], body["user_uuid"]) == (ada.pk, str(ada.uuid))
    moment = membership.joined_at.isoformat().replace("+00:00", "Z")
    assert (body["joined_at"], body["updated_at"]) == (moment, moment)


def test_create_role_membership__oneself__created(admin, organization, role, edith):
    response = admin.post(_url(organization, role.pk), _values(edith))

    assert response.status_code == 201


def test_create_role_membership__in_another_role__created(
    admin, organization, membership, make_role, ada
):
    other = make_role("Approvers")

    response = admin.post(_url(organization, other.pk), _values(ada))

    assert response.status_code == 201
    assert RoleMembership.objects.filter(user=ada).count() == 2


def test_create_role_membership__read_only_fields__ignored(
    admin, organization, role, ada, foreign_role
):
    sent = {"role_id": str(foreign_role.pk), "joined_at": "2001-01-01T00:00:00Z"}

    body = admin.post(_url(organization, role.pk), _values(ada) | sent).json()

    assert body["role_id"] == str(role.pk)
    assert not body["joined_at"].startswith("2001")


def test_create_role_membership__already_in_the_role__refused(
    admin, organization, role, membership, ada
):
    response = admin.post(_url(organization, role.pk), _values(ada))

    assert_invalid(response, "user_uuid", "unique")
    assert RoleMembership.objects.count() == 1


def test_create_role_membership__user_of_another_organization__refused(
    admin, organization, role, mallory
):
    response = admin.post(_url(organization, role.pk), _values(mallory))

    assert_invalid(response, "user_uuid", "does_not_exist")
    assert not RoleMembership.objects.exists()


def test_create_role_membership__left_the_organization__refused(
    admin, organization, role, membership, ada
):
    ada.memberships.all().delete()

    response = admin.post(_url(organization, role.pk), _values(ada))

    assert_invalid(response, "user_uuid", "does_not_exist")


@in_one_test(
    ("values", "code"),
    [
        pytest.param({}, "required", id="required"),
        pytest.param({"user_uuid": None}, "null", id="null"),
        pytest.param({"user_uuid": "abc"}, "invalid_input", id="invalid_input"),
        pytest.param({"user_uuid": []}, "invalid_input", id="list"),
        pytest.param(
            {"user_uuid": "0190a1b2-0000-7000-8000-000000000000"}, "does_not_exist", id="unknown"
        ),
    ],
)
def test_create_role_membership__user_uuid_not_valid__refused(
    admin, organization, role, values, code
):
    response = admin.post(_url(organization, role.pk), values)

    assert_invalid(response, "user_uuid", code)


def test_create_role_membership__no_key__not_authenticated(anonymous, organization, role, ada):
    response = anonymous.post(_url(organization, role.pk), _values(ada))

    assert_error(response, 401, "not_authenticated")


def test_create_role_membership__key_that_may_only_read__forbidden(edith, organization, role, ada):
    reader = DocumentedClient(factories.make_key(edith, "organization:read"))

    response = reader.post(_url(organization, role.pk), _values(ada))

    assert_error(response, 403, "permission_denied")


def test_create_role_membership__member_without_admin_level__forbidden(
    client, organization, role, ada
):
    response = client.post(_url(organization, role.pk), _values(ada))

    assert_error(response, 403, "permission_denied")
    assert not RoleMembership.objects.exists()


@in_one_test("role_id", ["abc", "0190a1b2-0000-7000-8000-000000000000"])
def test_create_role_membership__unknown_role__not_found_whatever_the_body(
    admin, organization, role_id
):
    response = admin.post(_url(organization, role_id), {})

    assert_error(response, 404, "not_found")


def test_create_role_membership__role_of_another_organization__not_found(
    admin, organization, foreign_role, ada
):
    response = admin.post(_url(organization, foreign_role.pk), _values(ada))

    assert_error(response, 404, "not_found")
    assert not RoleMembership.objects.exists()
