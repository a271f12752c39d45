import pytest

from tenants.models import Membership
from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient


@pytest.fixture
def url(organization):
    return f"/api/organizations/{organization.pk}/activity_log/"


@pytest.fixture
def owner(organization):
    user = factories.make_user("olga@example.com", organization, Membership.Level.OWNER)
    return DocumentedClient(factories.make_key(user))


def test_list_organization_activity_log__several__newest_first(owner, client, organization, url):
    owner.patch(f"/api/organizations/{organization.pk}/", {"name": "New"})
    owner.post(f"/api/organizations/{organization.pk}/projects/", {"name": "Web"})

    response = client.get(url)

    assert response.status_code == 200
    body = response.json()
    assert list(body) == ["next", "previous", "results"]
    assert [row["scope"] for row in body["results"]] == ["Project", "Organization"]
    assert {row["team_id"] for row in body["results"]} == {None}
    assert {row["organization_id"] for row in body["results"]} == {str(organization.pk)}


def test_list_organization_activity_log__of_a_project__not_shown(client, holdout, url):
    assert client.get(url).json()["results"] == []


def test_list_project_activity_log__of_the_organization__not_shown(
    owner, client, organization, project
):
    owner.patch(f"/api/organizations/{organization.pk}/", {"name": "New"})

    assert client.get(f"/api/projects/{project.pk}/activity_log/").json()["results"] == []


def test_list_organization_activity_log__scope__only_that(owner, client, organization, url):
    owner.patch(f"/api/organizations/{organization.pk}/", {"name": "New"})
    owner.post(f"/api/organizations/{organization.pk}/projects/", {"name": "Web"})

    rows = client.get(url, {"scope": "Organization"}).json()["results"]

    assert [row["detail"]["changes"][0]["field"] for row in rows] == ["name"]


def test_list_organization_activity_log__of_others__forbidden(outsider, url):
    assert_error(outsider.get(url), 403, "permission_denied")


def test_list_organization_activity_log__nobody__not_authenticated(anonymous, url):
    assert_error(anonymous.get(url), 401, "not_authenticated")


def test_list_organization_activity_log__key_without_the_scope__forbidden(ada, url):
    response = DocumentedClient(factories.make_key(ada, "organization:read")).get(url)

    assert_error(response, 403, "permission_denied")
    assert "'activity_log:read'" in response.json()["detail"]
