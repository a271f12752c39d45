import pytest

from tenants.services import add_member
from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient


@pytest.fixture
def sibling(organization):
    return factories.make_project(organization, "Sibling")


@pytest.fixture
def second_home(foreign_project, ada):
    add_member(organization=foreign_project.organization, user=ada, level=1)
    return foreign_project


def key_client(user, *scopes, **restrictions):
    return DocumentedClient(factories.make_key(user, *scopes, **restrictions))


def test_restricted_key__its_project__works(ada, project):
    client = key_client(ada, projects=(project.pk,))

    assert client.get(url(project)).status_code == 200
    assert client.post(url(project), {"name": "Q3"}).status_code == 201


def test_restricted_key__other_project__forbidden_naming_it(ada, project, sibling):
    response = key_client(ada, projects=(project.pk,)).get(url(sibling))

    assert_forbidden(response, f"requested project: ID {sibling.pk}")


def test_restricted_key__several_projects__all_work(ada, project, sibling):
    client = key_client(ada, projects=(project.pk, sibling.pk))

    assert client.get(url(project)).status_code == 200
    assert client.get(url(sibling)).status_code == 200


def test_restricted_key__current_project_is_another__forbidden(ada, project, sibling):
    client = key_client(ada, projects=(sibling.pk,))

    response = client.get("/api/projects/@current/experiment_holdouts/")

    assert_forbidden(response, f"requested project: ID {project.pk}")


def test_restricted_key__its_organization__every_project_works(ada, project, sibling):
    client = key_client(ada, organizations=(str(project.organization_id),))

    assert client.get(url(project)).status_code == 200
    assert client.get(url(sibling)).status_code == 200


def test_restricted_key__other_organization__forbidden_naming_it(ada, project, second_home):
    client = key_client(ada, organizations=(str(project.organization_id),))

    response = client.get(url(second_home))

    assert_forbidden(response, f"requested organization: ID {second_home.organization_id}")


def test_restricted_key__project_and_organization__both_must_pass(ada, project, second_home):
    client = key_client(
        ada, projects=(second_home.pk,), organizations=(str(project.organization_id),)
    )

    assert_forbidden(client.get(url(project)), "requested project")
    assert_forbidden(client.get(url(second_home)), "requested organization")


def test_restricted_key__no_restrictions__every_project_works(ada, project, second_home):
    client = key_client(ada)

    assert client.get(url(project)).status_code == 200
    assert client.get(url(second_home)).status_code == 200


def test_refusal__scope_and_project_wrong__project_is_named(ada, project, sibling):
    client = key_client(ada, "feature_flag:read", projects=(project.pk,))

    response = client.get(url(sibling))

    assert_forbidden(response, "requested project")


def test_refusal__scope_and_organization_wrong__organization_is_named(ada, project, second_home):
    client = key_client(ada, "feature_flag:read", organizations=(str(project.organization_id),))

    response = client.get(url(second_home))

    assert_forbidden(response, "requested organization")


def test_refusal__scope_wrong_and_project_unknown__not_found(ada):
    response = key_client(ada, "feature_flag:read").get("/api/projects/999999/experiment_holdouts/")

    assert_error(response, 404, "not_found")


def test_refusal__action_without_scope_and_project_unknown__forbidden(client):
    response = client.delete("/api/projects/999999/experiment_holdouts/")

    assert_forbidden(response, "personal API key")


def test_refusal__scope_wrong_and_row_unknown__forbidden(reader, project):
    response = reader.patch(f"{url(project)}999999/", {})

    assert_forbidden(response, "'experiment:write'")


def test_refusal__scope_wrong_and_json_malformed__forbidden(reader, project):
    response = reader.post(url(project), "{", content_type="application/json")

    assert_forbidden(response, "'experiment:write'")


def test_refusal__row_unknown_and_json_malformed__not_found(client, project):
    response = client.patch(f"{url(project)}999999/", "{", content_type="application/json")

    assert_error(response, 404, "not_found")


def url(project):
    return f"/api/projects/{project.pk}/experiment_holdouts/"


def assert_forbidden(response, text):
    assert_error(response, 403, "permission_denied")
    assert response.json()["type"] == "authentication_error"
    assert text in response.json()["detail"]
