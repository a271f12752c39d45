import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.looping import in_one_test

ALL = "/api/projects/"


def url(organization_id):
    return f"/api/organizations/{organization_id}/projects/"


def test_list_projects__all__of_every_organization_oldest_first(client, project, second_home):
    response = client.get(ALL)

    assert response.status_code == 200
    body = response.json()
    assert list(body) == ["count", "next", "previous", "results"]
    assert [row["id"] for row in body["results"]] == sorted([project.pk, second_home.pk])
    row = next(row for row in body["results"] if row["id"] == project.pk)
    assert row == {
        "id": project.pk,
        "uuid": str(project.uuid),
        "organization": str(project.organization_id),
        "project_id": project.pk,
        "api_token": project.api_token,
        "name": "Shop",
        "completed_snippet_onboarding": True,
        "has_completed_onboarding_for": None,
        "ingested_event": False,
        "is_demo": False,
        "timezone": "UTC",
        "access_control": False,
    }
    assert row["api_token"].startswith("phc_")


def test_list_projects__of_an_organization__only_its_own(client, project, second_home):
    body = client.get(url(second_home.organization_id)).json()

    assert [row["id"] for row in body["results"]] == [second_home.pk]


def test_list_projects__of_others__not_shown(client, project, foreign_project):
    assert [row["id"] for row in client.get(ALL).json()["results"]] == [project.pk]


@pytest.mark.parametrize("where", ["all", "organization"])
def test_list_projects__search__by_a_part_of_the_name(client, organization, project, where):
    factories.make_project(organization, "Web site")
    path = ALL if where == "all" else url(organization.pk)

    body = client.get(path, {"search": "SITE"}).json()

    assert [row["name"] for row in body["results"]] == ["Web site"]


def test_list_projects__search_with_a_null_character__finds_nothing(client, project):
    assert client.get(ALL, {"search": "a\0"}).json()["count"] == 0


def test_list_projects__limit__one_page(client, organization, project):
    factories.make_project(organization)

    body = client.get(ALL, {"limit": 1}).json()

    assert (body["count"], len(body["results"])) == (2, 1)
    assert body["next"] == f"http://testserver{ALL}?limit=1&offset=1"


@pytest.mark.parametrize("where", ["all", "organization"])
def test_list_projects__more__same_number_of_queries(client, organization, project, where):
    path = ALL if where == "all" else url(organization.pk)
    client.get(path)
    with CaptureQueriesContext(connection) as with_one:
        client.get(path)

    for _ in range(4):
        factories.make_project(organization)
    with CaptureQueriesContext(connection) as with_five:
        response = client.get(path)

    assert response.json()["count"] == 5
    assert len(with_five) == len(with_one)


@in_one_test("reference", ["0190a1b2-0000-7000-8000-000000000000", "1", "acme"])
def test_list_projects__of_no_organization__not_found(client, project, reference):
    assert_error(client.get(url(reference)), 404, "not_found")


def test_list_projects__of_a_foreign_organization__forbidden(client, foreign_project):
    assert_error(client.get(url(foreign_project.organization_id)), 403, "permission_denied")


def test_list_projects__current_organization__its_own(client, project):
    assert [row["id"] for row in client.get(url("@current")).json()["results"]] == [project.pk]


def test_list_projects__session__works(session, project):
    assert session.get(ALL).json()["count"] == 1


@in_one_test("where", ["all", "organization"])
def test_list_projects__nobody__not_authenticated(anonymous, organization, where):
    path = ALL if where == "all" else url(organization.pk)

    assert_error(anonymous.get(path), 401, "not_authenticated")


@pytest.mark.parametrize("where", ["all", "organization"])
def test_list_projects__key_without_the_scope__forbidden(ada, organization, where):
    path = ALL if where == "all" else url(organization.pk)

    response = DocumentedClient(factories.make_key(ada, "organization:read")).get(path)

    assert_error(response, 403, "permission_denied")
    assert "'project:read'" in response.json()["detail"]
