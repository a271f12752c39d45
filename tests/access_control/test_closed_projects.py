import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenants.models import Project
from tests import factories
from tests.assertions import assert_error, assert_invalid
from users.models import User

ME = "/api/users/@me/"


@pytest.fixture
def sibling(organization, project):
    return factories.make_project(organization, "Sibling")


@pytest.fixture
def close(give, project, sibling):
    """Let nobody into the elder project who has no rule of their own."""
    give("none", about="project", row=project)


@pytest.fixture(params=["/api/projects/", "/api/organizations/{}/projects/"])
def collection(request, organization):
    return request.param.format(organization.pk)


def test_retrieve_project__closed__not_found(colleague, close, project, collection):
    assert_error(colleague.get(f"{collection}{project.pk}/"), 404, "not_found")


def test_update_project__closed__not_found(colleague, close, project, collection):
    assert_error(colleague.patch(f"{collection}{project.pk}/", {}), 404, "not_found")


def test_retrieve_me__oldest_project_closed__in_the_next(colleague, close, sibling):
    body = colleague.get(ME).json()

    assert body["team"]["id"] == sibling.pk
    assert [team["id"] for team in body["organization"]["teams"]] == [sibling.pk]
    assert colleague.get("/api/projects/@current/").json()["id"] == sibling.pk


def test_update_me__go_to_a_closed_project__does_not_exist(colleague, close, project):
    response = colleague.patch(ME, {"set_current_team": project.pk})

    assert_invalid(response, "set_current_team", "does_not_exist")


def test_update_me__go_to_an_organization__into_the_oldest_open_project(
    colleague, close, grace, organization, sibling
):
    User.objects.filter(pk=grace.pk).update(current_organization=None)

    body = colleague.patch(ME, {"set_current_organization": str(organization.pk)}).json()

    assert body["team"]["id"] == sibling.pk
    grace.refresh_from_db()
    assert grace.current_project_id == sibling.pk


def test_list_organization_activity_log__project_closed__left_out(
    colleague, admin, give, organization
):
    made = admin.post(f"/api/organizations/{organization.pk}/projects/", {"name": "Secret"}).json()
    url = f"/api/organizations/{organization.pk}/activity_log/"
    assert [row["item_id"] for row in colleague.get(url).json()["results"]] == [str(made["id"])]

    secret = Project.objects.get(pk=made["id"])
    give("none", about="project", row=secret, project=secret)

    assert colleague.get(url).json()["results"] == []
    assert len(admin.get(url).json()["results"]) == 1


def test_list_organizations__project_closed__left_out(colleague, close, sibling):
    [row] = colleague.get("/api/organizations/").json()["results"]

    assert [project["id"] for project in row["projects"]] == [sibling.pk]


def test_update_project__a_rule_makes_them_its_admin__allowed(
    colleague, give, grace, project, collection
):
    url = f"{collection}{project.pk}/"
    assert_error(colleague.patch(url, {"name": "New"}), 403, "permission_denied")

    give("admin", to=grace, about="project", row=project)

    assert colleague.patch(url, {"name": "New"}).json()["name"] == "New"


def test_delete_project__a_rule_makes_them_its_admin__forbidden(
    colleague, give, grace, project, organization
):
    give("admin", to=grace, about="project", row=project)

    response = colleague.delete(f"/api/organizations/{organization.pk}/projects/{project.pk}/")

    assert_error(response, 403, "permission_denied")


def test_list_projects__more_rules__same_number_of_queries(
    colleague, give, close, organization, collection
):
    colleague.get(collection)
    with CaptureQueriesContext(connection) as with_one:
        colleague.get(collection)

    for _ in range(3):
        other = factories.make_project(organization)
        give("none", about="project", row=other, project=other)
    with CaptureQueriesContext(connection) as with_four:
        colleague.get(collection)

    assert len(with_four) == len(with_one)
