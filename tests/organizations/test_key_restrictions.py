import pytest

from tests import factories
from tests.client import DocumentedClient

# Our project and its sibling lie in our organization, the second home in another one of ours.
ROWS = [
    # path, status for a key of our project, status for a key of our organization
    ("/api/projects/{ours}/experiments/", 200, 200),
    ("/api/projects/{ours}/", 200, 200),
    ("/api/projects/{sibling}/experiments/", 403, 200),
    ("/api/projects/{sibling}/", 403, 200),
    ("/api/projects/{second}/experiments/", 403, 403),
    ("/api/projects/{second}/", 403, 403),
    ("/api/projects/", 403, 200),
    ("/api/organizations/", 403, 200),
    ("/api/organizations/{ours_organization}/", 403, 200),
    ("/api/organizations/{ours_organization}/projects/", 403, 200),
    ("/api/organizations/{ours_organization}/projects/{ours}/", 200, 200),
    ("/api/organizations/{ours_organization}/projects/{sibling}/", 403, 200),
    ("/api/organizations/{second_organization}/", 403, 404),
    ("/api/organizations/{second_organization}/projects/", 403, 403),
    ("/api/users/@me/", 200, 200),
    ("/api/users/", 200, 200),
]


@pytest.fixture
def places(organization, project, second_home):
    return {
        "ours": project.pk,
        "sibling": factories.make_project(organization, "Sibling").pk,
        "second": second_home.pk,
        "ours_organization": organization.pk,
        "second_organization": second_home.organization_id,
    }


@pytest.mark.parametrize(("path", "status", "_"), ROWS, ids=[row[0] for row in ROWS])
def test_key__of_one_project__that_and_its_user(ada, places, path, status, _):
    client = DocumentedClient(factories.make_key(ada, projects=(places["ours"],)))

    assert client.get(path.format(**places)).status_code == status


@pytest.mark.parametrize(("path", "_", "status"), ROWS, ids=[row[0] for row in ROWS])
def test_key__of_one_organization__all_of_it(ada, places, path, _, status):
    key = factories.make_key(ada, organizations=(str(places["ours_organization"]),))

    assert DocumentedClient(key).get(path.format(**places)).status_code == status


@pytest.mark.parametrize(("path", "_", "__"), ROWS, ids=[row[0] for row in ROWS])
def test_key__without_restrictions__everything(ada, places, path, _, __):
    client = DocumentedClient(factories.make_key(ada))

    assert client.get(path.format(**places)).status_code == 200


def test_key__of_one_organization__its_projects_are_listed(ada, places):
    key = factories.make_key(ada, organizations=(str(places["ours_organization"]),))

    body = DocumentedClient(key).get("/api/projects/").json()

    assert {row["id"] for row in body["results"]} == {places["ours"], places["sibling"]}


def test_key__current_project_outside_its_organization__not_found(ada, project, second_home):
    key = factories.make_key(ada, organizations=(str(second_home.organization_id),))
    ada.current_project = project
    ada.save(update_fields=["current_project"])

    response = DocumentedClient(key).get("/api/projects/@current/")

    assert response.status_code == 404
