import pytest

from tenants.models import AccessControl
from tests import factories
from tests.access_control.refusals import assert_too_low
from tests.access_control.ruled_kinds import KINDS
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.looping import in_one_test


@pytest.fixture
def url(project):
    return f"/api/projects/{project.pk}/resource_access_controls/"


def test_resource_access_controls__by_an_admin__read_and_written(admin, url, role):
    body = {"resource": "experiment", "access_level": "viewer", "role": str(role.pk)}

    response = admin.put(url, body)

    assert response.status_code == 200
    rule = response.json()
    assert rule.items() >= (body | {"resource_id": None, "organization_member": None}).items()
    assert AccessControl.objects.get().resource_id is None
    overview = admin.get(url).json()
    assert overview.pop("access_controls") == [rule]
    assert overview == {
        "available_access_levels": ["none", "viewer", "editor", "manager"],
        "default_access_level": "editor",
        "minimum_access_level": "none",
        "maximum_access_level": "manager",
        "user_access_level": "admin",
        "user_can_edit_access_levels": True,
    }


def test_resource_access_controls__viewer__may_read_and_not_write(
    admin, colleague, url, grace, experiment
):
    place = str(grace.memberships.get().uuid)
    body = {"resource": "experiment", "access_level": "viewer", "organization_member": place}
    assert admin.put(url, body).status_code == 200

    its_url = KINDS["experiment"].url(experiment)
    assert colleague.get(its_url).json()["user_access_level"] == "viewer"
    assert_too_low(colleague.patch(its_url, {"name": "New"}))


@pytest.mark.parametrize("kind", ["experiment", "feature_flag"])
def test_resource_access_controls__null__removes_the_rule(admin, url, give, kind):
    give("viewer", about=kind)

    assert admin.put(url, {"resource": kind, "access_level": None}).status_code == 204
    assert not AccessControl.objects.exists()


def test_resource_access_controls__activity_log__has_two_levels(admin, colleague, url, project):
    body = {"resource": "activity_log", "access_level": "none"}
    assert admin.put(url, body).status_code == 200
    assert_too_low(colleague.get(f"/api/projects/{project.pk}/activity_log/"), "viewer")

    assert_invalid(
        admin.put(url, body | {"access_level": "editor"}), "access_level", "invalid_choice"
    )


def test_resource_access_controls__rules_about_objects__not_shown(admin, url, give, experiment):
    give("viewer", row=experiment)

    assert admin.get(url).json()["access_controls"] == []


def test_resource_access_controls__by_a_member__read_only(colleague, url, give):
    give("manager")

    assert colleague.get(url).json()["user_can_edit_access_levels"] is False
    assert_too_low(colleague.put(url, {"resource": "experiment", "access_level": "none"}), "admin")


@in_one_test(
    ("body", "attr", "code"),
    [
        pytest.param({"access_level": "viewer"}, "resource", "required", id="no kind"),
        pytest.param(
            {"access_level": "viewer", "resource": "dashboard"},
            "resource",
            "invalid_choice",
            id="unknown kind",
        ),
        pytest.param(
            {"access_level": "viewer", "resource": "experiment_holdout"},
            "resource",
            "invalid_choice",
            id="kind that follows another",
        ),
        pytest.param(
            {"access_level": "viewer", "resource": "experiment", "resource_id": "1"},
            "resource_id",
            "invalid_input",
            id="one of them",
        ),
        pytest.param(
            {"access_level": "admin", "resource": "experiment"},
            "access_level",
            "invalid_choice",
            id="level of a project",
        ),
        pytest.param({"resource": "experiment"}, "access_level", "required", id="no level"),
    ],
)
def test_resource_access_controls__bad_body__refused(admin, url, body, attr, code):
    assert_invalid(admin.put(url, body), attr, code)
    assert not AccessControl.objects.exists()


def test_resource_access_controls__others_were_faster__refused(admin, url, give):
    etag = admin.get(url).headers["ETag"]
    give("viewer")

    body = {"resource": "experiment", "access_level": "none"}
    response = admin.put(url, body, headers={"If-Match": etag})

    assert_error(response, 412, "precondition_failed")


@pytest.mark.usefixtures("_no_response_cache")
@pytest.mark.parametrize("rows", [1, 5])
def test_resource_access_controls__any_number_of_rules__same_number_of_queries(
    admin, url, give, organization, rows, django_assert_num_queries
):
    for number in range(rows):
        give("viewer", to=factories.make_user(f"{number}@example.com", organization))

    with django_assert_num_queries(3):
        assert len(admin.get(url).json()["access_controls"]) == rows


@pytest.mark.parametrize("scope", ["experiment:write", "access_control:read"])
def test_resource_access_controls__other_scope__refused(edith, url, scope):
    client = DocumentedClient(factories.make_key(edith, scope))
    body = {"resource": "experiment", "access_level": "none"}

    assert_error(client.put(url, body), 403, "permission_denied")


def test_resource_access_controls__by_an_outsider__refused(outsider, url):
    assert_error(outsider.get(url), 403, "permission_denied")
