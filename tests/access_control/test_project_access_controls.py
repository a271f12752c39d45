import pytest

from tenants.models import AccessControl
from tests import factories
from tests.access_control.refusals import assert_too_low
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient


@pytest.fixture
def url(project):
    return f"/api/projects/{project.pk}/access_controls/"


def test_project_access_controls__by_an_admin__read_and_written(admin, url, project, grace):
    place = str(grace.memberships.get().uuid)

    response = admin.put(url, {"access_level": "member", "organization_member": place})

    assert response.status_code == 200
    rule = response.json()
    assert (rule["resource"], rule["resource_id"]) == ("project", str(project.pk))
    body = admin.get(url).json()
    assert body.pop("access_controls") == [rule]
    assert body == {
        "available_access_levels": ["none", "member", "admin"],
        "default_access_level": "admin",
        "minimum_access_level": "none",
        "maximum_access_level": "admin",
        "user_access_level": "admin",
        "user_can_edit_access_levels": True,
    }


def test_project_access_controls__closed_to_all__closes_the_project(admin, colleague, url):
    assert admin.put(url, {"access_level": "none"}).status_code == 200

    assert_error(colleague.get(url), 403, "permission_denied")
    assert colleague.get(url).json()["detail"] == "You have no access to this project."


def test_project_access_controls__by_a_member__read_only(colleague, url, give, grace, project):
    give("member", to=grace, about="project", row=project)

    body = colleague.get(url).json()

    assert (body["user_access_level"], body["user_can_edit_access_levels"]) == ("member", False)
    assert_too_low(colleague.put(url, {"access_level": "member"}), "admin")


def test_project_access_controls__admin_by_default_only__may_not_write(colleague, url):
    body = colleague.get(url).json()

    assert (body["user_access_level"], body["user_can_edit_access_levels"]) == ("admin", False)
    assert_too_low(colleague.put(url, {"access_level": "member"}), "admin")
    assert not AccessControl.objects.exists()


def test_project_access_controls__admin_by_a_rule__may_write(colleague, url, give, grace, project):
    give("admin", to=grace, about="project", row=project)

    assert colleague.get(url).json()["user_can_edit_access_levels"] is True
    assert colleague.put(url, {"access_level": "member"}).status_code == 200


def test_project_access_controls__null__opens_it_again(admin, colleague, url, give, project):
    give("none", about="project", row=project)

    assert admin.put(url, {"access_level": None}).status_code == 204
    assert colleague.get(url).status_code == 200


def test_project_access_controls__level_of_other_things__refused(admin, url):
    assert_invalid(admin.put(url, {"access_level": "viewer"}), "access_level", "invalid_choice")


def test_project_access_controls__rule_for_experiments__refused_here(admin, url):
    response = admin.put(url, {"access_level": "member", "resource": "experiment"})

    assert_invalid(response, "resource")


def test_project_access_controls__others_were_faster__refused(admin, url, give, project):
    etag = admin.get(url).headers["ETag"]
    give("admin", about="project", row=project)

    response = admin.put(url, {"access_level": "none"}, headers={"If-Match": etag})

    assert_error(response, 412, "precondition_failed")


@pytest.mark.parametrize("scope", ["experiment:write", "access_control:read"])
def test_project_access_controls__other_scope__refused(edith, url, scope):
    client = DocumentedClient(factories.make_key(edith, scope))

    assert_error(client.put(url, {"access_level": "none"}), 403, "permission_denied")


def test_project_access_controls__by_an_outsider__refused(outsider, url):
    assert_error(outsider.get(url), 403, "permission_denied")


def test_project_access_controls__without_credentials__refused(anonymous, url):
    assert_error(anonymous.get(url), 401, "not_authenticated")


def test_project_access_controls__unknown_project__not_found(client):
    assert_error(client.get("/api/projects/4711/access_controls/"), 404, "not_found")
