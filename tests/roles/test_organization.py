import pytest

from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.looping import in_one_test

PATHS = ["roles/", "roles/{role}/", "roles/{role}/role_memberships/"]
UNKNOWN = "0190a1b2-0000-7000-8000-000000000000"


def _url(reference, path="roles/"):
    return f"/api/organizations/{reference}/{path}"


@pytest.mark.parametrize("path", PATHS)
def test_organization__current__the_one_of_the_current_project(
    client, organization, project, role, path
):
    path = path.format(role=role.pk)

    response = client.get(_url("@current", path))

    assert response.status_code == 200
    assert response.json() == client.get(_url(organization.pk, path)).json()


def test_organization__current_of_a_chosen_project__that_one(client, ada, project, foreign_role):
    foreign_role.organization.memberships.create(user=ada)
    ada.current_project = factories.make_project(foreign_role.organization)
    ada.save(update_fields=["current_project"])

    response = client.get(_url("@current"))

    assert [row["id"] for row in response.json()["results"]] == [str(foreign_role.pk)]


def test_organization__current_without_a_project__the_one_joined_first(client, role):
    response = client.get(_url("@current"))

    assert [row["id"] for row in response.json()["results"]] == [str(role.pk)]


def test_organization__current_without_any__not_found(client, ada, organization):
    ada.memberships.all().delete()

    assert_error(client.get(_url("@current")), 404, "not_found")


@in_one_test("path", PATHS)
@in_one_test("reference", ["1", "acme", "@me", "0190a1b2", "\u0661", UNKNOWN])
def test_organization__unknown_or_no_uuid__not_found(client, role, reference, path):
    response = client.get(_url(reference, path.format(role=role.pk)))

    assert_error(response, 404, "not_found")


@in_one_test("path", PATHS)
def test_organization__of_others__forbidden(client, foreign_role, path):
    response = client.get(_url(foreign_role.organization_id, path.format(role=foreign_role.pk)))

    assert_error(response, 403, "permission_denied")


def test_organization__no_longer_a_member__forbidden(client, organization, project, ada):
    ada.current_project = project
    ada.save(update_fields=["current_project"])
    ada.memberships.all().delete()

    for reference in (organization.pk, "@current"):
        assert_error(client.get(_url(reference)), 403, "permission_denied")


def test_organization__key_scoped_to_projects__forbidden(ada, organization, project):
    key = factories.make_key(ada, projects=(project.pk,))

    response = DocumentedClient(key).get(_url(organization.pk))

    assert_error(response, 403, "permission_denied")
    assert "work only on project endpoints" in response.json()["detail"]


def test_organization__key_scoped_to_it__allowed(ada, organization, role):
    key = factories.make_key(ada, organizations=(str(organization.pk),))

    response = DocumentedClient(key).get(_url(organization.pk))

    assert response.json()["count"] == 1


def test_organization__key_scoped_to_another__forbidden(ada, organization, foreign_role):
    foreign_role.organization.memberships.create(user=ada)
    key = factories.make_key(ada, organizations=(str(foreign_role.organization_id),))

    response = DocumentedClient(key).get(_url(organization.pk))

    assert_error(response, 403, "permission_denied")
    assert str(organization.pk) in response.json()["detail"]


def test_organization__restricted_key_and_unknown_organization__not_found(ada, project):
    key = factories.make_key(ada, projects=(project.pk,))

    response = DocumentedClient(key).get(_url(UNKNOWN))

    assert_error(response, 404, "not_found")


def test_organization__restricted_key_without_the_scope__restriction_is_told(
    ada, organization, project
):
    key = factories.make_key(ada, "experiment:read", projects=(project.pk,))

    response = DocumentedClient(key).get(_url(organization.pk))

    assert "work only on project endpoints" in response.json()["detail"]


def test_organization__session_of_a_member__may_read(session, organization, role):
    response = session.get(_url(organization.pk))

    assert response.json()["count"] == 1
