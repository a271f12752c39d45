import pytest

from tenants.models import Membership
from tests import factories
from tests.client import DocumentedClient


@pytest.fixture
def owner(organization):
    user = factories.make_user("olga@example.com", organization, Membership.Level.OWNER)
    return DocumentedClient(factories.make_key(user))


# Quirk: history-of-an-organization
def test_activity_log__organization_changed__told_there_only(owner, organization, project):
    url = f"/api/organizations/{organization.pk}/"

    owner.patch(url, {"name": "New"})

    [entry] = owner.get(f"{url}activity_log/").json()["results"]
    assert (entry["scope"], entry["team_id"]) == ("Organization", None)
    assert owner.get(f"/api/projects/{project.pk}/activity_log/").json()["results"] == []


# Quirk: used-projects-stay
def test_delete_project__experiment_lives_in_it__conflict(owner, project, experiment):
    organization = f"/api/organizations/{project.organization_id}/"

    for url in (organization, f"{organization}projects/{project.pk}/"):
        response = owner.delete(url)
        assert (response.status_code, response.json()["code"]) == (409, "conflict")
        assert f"'{project.name}'" in response.json()["detail"]


# Quirk: roles-hide-their-maker
def test_quirks__new_role__made_by_nobody_on_the_wire(owner, organization):
    role = owner.post(f"/api/organizations/{organization.pk}/roles/", {"name": "Reviewers"}).json()

    assert (role["created_by"], role["is_default"]) == (None, False)
