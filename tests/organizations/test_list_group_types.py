from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient


def url(project, prefix="projects"):
    return f"/api/{prefix}/{project.pk}/groups_types/"


def test_list_group_types__any_project__a_bare_empty_list(client, project):
    response = client.get(url(project))

    assert response.status_code == 200
    assert response.json() == []
    assert client.get(url(project, "environments")).json() == []


def test_list_group_types__key_of_the_scope__allowed(ada, project):
    client = DocumentedClient(factories.make_key(ada, "group:read"))

    assert client.get(url(project)).status_code == 200


def test_list_group_types__key_without_the_scope__forbidden(reader, project):
    response = reader.get(url(project))

    assert_error(response, 403, "permission_denied")
    assert "'group:read'" in response.json()["detail"]


def test_list_group_types__of_others__forbidden(client, foreign_project):
    assert_error(client.get(url(foreign_project)), 403, "permission_denied")


def test_list_group_types__nobody__not_authenticated(anonymous, project):
    assert_error(anonymous.get(url(project)), 401, "not_authenticated")
