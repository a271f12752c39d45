import pytest

from tenants.models import Project
from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.looping import in_one_test


@pytest.fixture
def url(organization):
    return f"/api/organizations/{organization.pk}/projects/"


def test_create_project__name__empty_and_ready(admin, edith, organization, url):
    response = admin.post(url, {"name": "Web site"})

    assert response.status_code == 201
    body = response.json()
    project = Project.objects.get()
    assert (project.name, project.organization) == ("Web site", organization)
    assert project.created_at == project.updated_at
    assert body == admin.get(f"{url}{project.pk}/").json()
    assert body["api_token"].startswith("phc_")
    assert admin.get(f"/api/projects/{project.pk}/experiments/").json()["count"] == 0
    [entry] = admin.get(f"/api/organizations/{organization.pk}/activity_log/").json()["results"]
    assert (entry["scope"], entry["activity"]) == ("Project", "created")
    assert (entry["item_id"], entry["detail"]["name"]) == (str(project.pk), "Web site")
    assert entry["user"]["email"] == edith.email


def test_create_project__no_name__a_default_one(admin, url):
    assert admin.post(url, {}).json()["name"] == "Default project"


def test_create_project__settings__stored(admin, url):
    sent = {
        "name": "Web site",
        "timezone": "Europe/Berlin",
        "default_experiment_stats_method": "frequentist",
    }

    body = admin.post(url, sent).json()

    assert {name: body[name] for name in sent} == sent


def test_create_project__organization_of_others_in_the_body__ignored(
    admin, organization, foreign_project, url
):
    sent = {"name": "Mine", "organization": str(foreign_project.organization_id), "id": 7}

    body = admin.post(url, sent).json()

    assert body["organization"] == str(organization.pk)
    assert body["id"] != 7


@in_one_test(
    ("values", "attr", "code"),
    [
        ({"name": " "}, "name", "blank"),
        ({"name": "x" * 201}, "name", "max_length"),
        ({"timezone": "Mars/Olympus"}, "timezone", "invalid_choice"),
    ],
    ids=str,
)
def test_create_project__value_not_valid__refused(admin, url, values, attr, code):
    assert_invalid(admin.post(url, values), attr, code)
    assert not Project.objects.exists()


def test_create_project__member__forbidden(client, url):
    assert_error(client.post(url, {"name": "Web site"}), 403, "permission_denied")
    assert not Project.objects.exists()


def test_create_project__not_a_member__forbidden(outsider, url):
    assert_error(outsider.post(url, {"name": "Web site"}), 403, "permission_denied")


def test_create_project__nobody__not_authenticated(anonymous, url):
    assert_error(anonymous.post(url, {}), 401, "not_authenticated")


def test_create_project__key_that_may_only_read__forbidden(edith, url):
    client = DocumentedClient(factories.make_key(edith, "project:read"))

    response = client.post(url, {"name": "Web site"})

    assert_error(response, 403, "permission_denied")
    assert "'project:write'" in response.json()["detail"]


def test_create_project__key_of_one_project__forbidden(edith, project, url):
    client = DocumentedClient(factories.make_key(edith, projects=(project.pk,)))

    assert_error(client.post(url, {"name": "Web site"}), 403, "permission_denied")


@in_one_test("method", ["post", "patch"])
def test_projects_at_the_root__writing_the_collection__refused(admin, project, method):
    response = getattr(admin, method)("/api/projects/", {"name": "Web site"})

    # A key hears of the method it has no scope for.
    status, code = {"post": (403, "permission_denied"), "patch": (405, "method_not_allowed")}[
        method
    ]
    assert_error(response, status, code)
