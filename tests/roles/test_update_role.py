import pytest

from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.looping import in_one_test


def _url(organization, reference):
    return f"/api/organizations/{organization.pk}/roles/{reference}/"


def test_update_role__name__stored_and_shown(admin, organization, role, membership, time_machine):
    time_machine.move_to("2030-01-01T00:00:00Z", tick=False)

    response = admin.patch(_url(organization, role.pk), {"name": "Approvers"})

    assert response.status_code == 200
    before = role.created_at
    role.refresh_from_db()
    assert (role.name, role.created_at) == ("Approvers", before)
    assert role.updated_at.isoformat() == "2030-01-01T00:00:00+00:00"
    body = response.json()
    assert list(body) == ["id", "name", "created_at", "created_by", "is_default", "members"]
    assert body["name"] == "Approvers"
    assert [member["id"] for member in body["members"]] == [str(membership.pk)]
    assert body == admin.get(_url(organization, role.pk)).json()


def test_update_role__nothing__unchanged(admin, organization, role):
    response = admin.patch(_url(organization, role.pk), {})

    assert (response.status_code, response.json()["name"]) == (200, "Reviewers")


@pytest.mark.parametrize("name", ["Reviewers", "REVIEWERS"])
def test_update_role__own_name__accepted(admin, organization, role, name):
    response = admin.patch(_url(organization, role.pk), {"name": name})

    assert (response.status_code, response.json()["name"]) == (200, name)


def test_update_role__name_of_another__refused(admin, organization, role, make_role):
    make_role("Approvers")

    response = admin.patch(_url(organization, role.pk), {"name": "approvers"})

    assert_invalid(response, "name", "unique")
    role.refresh_from_db()
    assert role.name == "Reviewers"


def test_update_role__members_sent__ignored(admin, organization, role, membership):
    response = admin.patch(_url(organization, role.pk), {"members": []})

    assert len(response.json()["members"]) == 1


def test_update_role__by_another_admin__created_by_stays(organization, role, edith):
    other = factories.make_user("olga@example.com", organization, level=15)
    admin = DocumentedClient(factories.make_key(other))

    admin.patch(_url(organization, role.pk), {"name": "Approvers"})

    role.refresh_from_db()
    assert role.created_by == edith


@in_one_test(
    ("name", "code"),
    [
        pytest.param(None, "null", id="null"),
        pytest.param("", "blank", id="blank"),
        pytest.param("x" * 201, "max_length", id="max_length"),
    ],
)
def test_update_role__name_not_valid__refused(admin, organization, role, name, code):
    response = admin.patch(_url(organization, role.pk), {"name": name})

    assert_invalid(response, "name", code)


def test_update_role__no_key__not_authenticated(anonymous, organization, role):
    response = anonymous.patch(_url(organization, role.pk), {"name": "Approvers"})

    assert_error(response, 401, "not_authenticated")


def test_update_role__key_that_may_only_read__forbidden(edith, organization, role):
    reader = DocumentedClient(factories.make_key(edith, "organization:read"))

    response = reader.patch(_url(organization, role.pk), {"name": "Approvers"})

    assert_error(response, 403, "permission_denied")


def test_update_role__member_without_admin_level__forbidden(client, organization, role):
    response = client.patch(_url(organization, role.pk), {"name": "Approvers"})

    assert_error(response, 403, "permission_denied")
    role.refresh_from_db()
    assert role.name == "Reviewers"


def test_update_role__of_another_organization__not_found(admin, organization, foreign_role):
    response = admin.patch(_url(organization, foreign_role.pk), {"name": "Mine"})

    assert_error(response, 404, "not_found")
    foreign_role.refresh_from_db()
    assert foreign_role.name == "Foreign"


def test_update_role__no_uuid__not_found(admin, organization):
    response = admin.patch(_url(organization, "abc"), {"name": "Approvers"})

    assert_error(response, 404, "not_found")
