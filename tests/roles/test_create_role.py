import pytest

from tenants.models import Role
from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.looping import in_one_test


def _url(organization):
    return f"/api/organizations/{organization.pk}/roles/"


def test_create_role__name__stored_and_shown(admin, organization, edith):
    response = admin.post(_url(organization), {"name": "Reviewers"})

    assert response.status_code == 201
    role = Role.objects.get()
    assert (role.organization, role.name, role.created_by) == (organization, "Reviewers", edith)
    assert role.pk.version == 7
    assert role.updated_at == role.created_at
    body = response.json()
    assert list(body) == ["id", "name", "created_at", "created_by", "is_default", "members"]
    assert (body["id"], body["name"], body["members"]) == (str(role.pk), "Reviewers", [])
    assert body["created_at"] == role.created_at.isoformat().replace("+00:00", "Z")
    assert (body["created_by"], body["is_default"]) == (None, False)


def test_create_role__spaces_around_the_name__trimmed(admin, organization):
    response = admin.post(_url(organization), {"name": "  Reviewers \n"})

    assert response.json()["name"] == "Reviewers"


def test_create_role__read_only_and_unknown_fields__ignored(
    admin, organization, edith, ada, foreign_role
):
    sent = {
        "id": str(foreign_role.pk),
        "created_at": "2001-01-01T00:00:00Z",
        "created_by": ada.pk,
        "members": [{"user_uuid": str(ada.uuid)}],
        "organization": str(foreign_role.organization_id),
    }

    response = admin.post(_url(organization), sent | {"name": "Reviewers"})

    assert response.status_code == 201
    role = Role.objects.get(organization=organization)
    assert (role.created_by, role.created_at.year > 2001) == (edith, True)
    assert role.memberships.count() == 0


@in_one_test("name", ["Reviewers", "reviewers", " REVIEWERS "])
def test_create_role__name_taken_in_whatever_case__refused(admin, organization, role, name):
    response = admin.post(_url(organization), {"name": name})

    assert_invalid(response, "name", "unique")
    assert Role.objects.count() == 1


def test_create_role__name_taken_in_another_organization__created(
    admin, organization, foreign_role
):
    response = admin.post(_url(organization), {"name": foreign_role.name})

    assert response.status_code == 201


def test_create_role__name_of_a_deleted_role__created(admin, organization, role):
    admin.delete(f"{_url(organization)}{role.pk}/")

    response = admin.post(_url(organization), {"name": role.name})

    assert response.status_code == 201


@in_one_test(
    ("values", "code"),
    [
        pytest.param({}, "required", id="required"),
        pytest.param({"name": None}, "null", id="null"),
        pytest.param({"name": "  "}, "blank", id="blank"),
        pytest.param({"name": "x" * 201}, "max_length", id="max_length"),
        pytest.param({"name": ["x"]}, "invalid_input", id="invalid_input"),
        pytest.param({"name": "a\0b"}, "null_characters_not_allowed", id="null_character"),
    ],
)
def test_create_role__name_not_valid__refused(admin, organization, values, code):
    response = admin.post(_url(organization), values)

    assert_invalid(response, "name", code)
    assert not Role.objects.exists()


def test_create_role__longest_name__created(admin, organization):
    response = admin.post(_url(organization), {"name": "x" * 200})

    assert response.status_code == 201


def test_create_role__no_key__not_authenticated(anonymous, organization):
    response = anonymous.post(_url(organization), {"name": "Reviewers"})

    assert_error(response, 401, "not_authenticated")


def test_create_role__key_that_may_only_read__forbidden(edith, organization):
    reader = DocumentedClient(factories.make_key(edith, "organization:read"))

    response = reader.post(_url(organization), {"name": "Reviewers"})

    assert_error(response, 403, "permission_denied")
    assert "'organization:write'" in response.json()["detail"]


def test_create_role__member_without_admin_level__forbidden(client, organization):
    response = client.post(_url(organization), {"name": "Reviewers"})

    assert_error(response, 403, "permission_denied")
    assert not Role.objects.exists()


def test_create_role__owner__created(organization):
    owner = factories.make_user("olga@example.com", organization, level=15)

    response = DocumentedClient(factories.make_key(owner)).post(
        _url(organization), {"name": "Reviewers"}
    )

    assert response.status_code == 201


def test_create_role__admin_of_another_organization__forbidden(organization, mallory):
    mallory.memberships.update(level=15)
    outsider = DocumentedClient(factories.make_key(mallory))

    response = outsider.post(_url(organization), {"name": "Reviewers"})

    assert_error(response, 403, "permission_denied")


def test_create_role__patch_on_the_collection__method_not_allowed(admin, organization):
    response = admin.patch(_url(organization), {"name": "Reviewers"})

    assert_error(response, 405, "method_not_allowed")
