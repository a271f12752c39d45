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


NOBODY = {"key": "email", "type": "person", "operator": "not_icontains", "value": ["@x.com"]}


# Quirk: test-filters-can-be-meant
@pytest.mark.parametrize("value", [["@x.com"], {"a": 1}])
@pytest.mark.parametrize("operator", ["not_icontains", "icontains", "regex", "gt", "is_date_after"])
def test_update_project__list_for_an_operator_of_one_value__refused(
    owner, project, operator, value
):
    filters = [NOBODY | {"operator": operator, "value": value}]

    response = owner.patch(f"/api/projects/{project.pk}/", {"test_account_filters": filters})

    assert (response.status_code, response.json()["attr"]) == (400, "test_account_filters")


def test_update_project__list_for_one_value_is_stored__may_stay(owner, project):
    project.test_account_filters = [NOBODY]
    project.save()
    filters = [NOBODY, NOBODY | {"value": "@y.com"}]

    response = owner.patch(f"/api/projects/{project.pk}/", {"test_account_filters": filters})

    assert response.json()["test_account_filters"] == filters
