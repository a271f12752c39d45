from uuid import uuid4

import pytest

from tenants.models import AccessControl
from tests import factories
from tests.access_control.refusals import assert_too_low
from tests.access_control.ruled_kinds import KINDS
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.looping import in_one_test

pytestmark = pytest.mark.parametrize("fixture", KINDS)


@pytest.fixture
def url(kind, row):
    return f"{kind.url(row)}access_controls/"


@pytest.fixture
def place(grace):
    """Where grace stands in the organization, as the wire names it."""
    return str(grace.memberships.get().uuid)


def test_set_access_control__for_a_member__answered_and_kept(client, url, kind, row, place, grace):
    response = client.put(url, {"access_level": "viewer", "organization_member": place})

    assert response.status_code == 200
    body = response.json()
    assert body.pop("created_at") == body.pop("updated_at")
    assert body.pop("created_by") is None
    assert body == {
        "access_level": "viewer",
        "resource": kind.name,
        "resource_id": str(row.pk),
        "organization_member": place,
        "role": None,
    }
    rule = AccessControl.objects.get()
    assert (rule.project_id, rule.resource, rule.resource_id) == (
        row.project_id,
        kind.name,
        str(row.pk),
    )
    assert (rule.organization_member.user, rule.role) == (grace, None)


def test_set_access_control__for_a_member__felt_at_once(client, colleague, url, kind, row, place):
    client.put(url, {"access_level": "viewer", "organization_member": place})

    assert colleague.get(kind.url(row)).json()["user_access_level"] == "viewer"
    assert_too_low(colleague.patch(kind.url(row), {"name": "New"}))


def test_set_access_control__for_a_role__felt_by_those_in_it(
    client, colleague, url, kind, row, role
):
    response = client.put(url, {"access_level": "manager", "role": str(role.pk)})

    assert response.json()["role"] == str(role.pk)
    assert colleague.get(kind.url(row)).json()["user_access_level"] == "manager"


def test_set_access_control__for_everybody__felt_by_all_but_creator_and_admins(
    client, colleague, admin, url, kind, row
):
    client.put(url, {"access_level": "none"})

    assert_too_low(colleague.get(kind.url(row)), "viewer")
    assert client.get(kind.url(row)).json()["user_access_level"] == "manager"
    assert admin.get(kind.url(row)).json()["user_access_level"] == "manager"


def test_set_access_control__again__changes_the_rule(client, admin, url, place, ada):
    first = client.put(url, {"access_level": "viewer", "organization_member": place}).json()

    response = admin.put(url, {"access_level": "manager", "organization_member": place})

    body = response.json()
    assert body["access_level"] == "manager"
    assert (body["created_by"], body["created_at"]) == (None, first["created_at"])
    assert body["updated_at"] > first["updated_at"]
    assert AccessControl.objects.get().access_level == "manager"


def test_set_access_control__for_several__each_has_their_rule(client, url, place, role):
    client.put(url, {"access_level": "none"})
    client.put(url, {"access_level": "viewer", "organization_member": place})
    client.put(url, {"access_level": "editor", "role": str(role.pk)})

    assert [rule["access_level"] for rule in client.get(url).json()["access_controls"]] == [
        "none",
        "viewer",
        "editor",
    ]


def test_set_access_control__null__removes_that_rule_only(client, url, place):
    client.put(url, {"access_level": "none"})
    client.put(url, {"access_level": "viewer", "organization_member": place})

    response = client.put(url, {"access_level": None, "organization_member": place})

    assert (response.status_code, response.content) == (204, b"")
    assert AccessControl.objects.get().access_level == "none"


def test_set_access_control__null_without_a_rule__no_matter(client, url):
    assert client.put(url, {"access_level": None}).status_code == 204


def test_set_access_control__what_a_client_reads__may_be_sent_back(client, url, for_row, grace):
    for_row("viewer", to=grace)
    (rule,) = client.get(url).json()["access_controls"]

    response = client.put(url, rule | {"access_level": "editor"})

    assert response.status_code == 200
    assert AccessControl.objects.get().access_level == "editor"


@in_one_test(
    ("changes", "attr", "code"),
    [
        pytest.param({}, "access_level", "required", id="no level"),
        pytest.param({"access_level": "admin"}, "access_level", "invalid_choice", id="unknown"),
        pytest.param({"access_level": ""}, "access_level", "blank", id="blank"),
        pytest.param({"access_level": ["viewer"]}, "access_level", "invalid_input", id="list"),
        pytest.param(
            {"access_level": "viewer", "organization_member": "7"},
            "organization_member",
            "invalid_input",
            id="member no UUID",
        ),
        pytest.param(
            {"access_level": "viewer", "organization_member": str(uuid4())},
            "organization_member",
            "does_not_exist",
            id="no such member",
        ),
        pytest.param(
            {"access_level": "viewer", "role": "7"}, "role", "invalid_input", id="role no UUID"
        ),
        pytest.param(
            {"access_level": "viewer", "role": str(uuid4())},
            "role",
            "does_not_exist",
            id="no such role",
        ),
        pytest.param(
            {"access_level": "viewer", "resource": "dashboard"},
            "resource",
            "invalid_input",
            id="another kind",
        ),
        pytest.param(
            {"access_level": "viewer", "resource_id": "4711"},
            "resource_id",
            "invalid_input",
            id="another thing",
        ),
        pytest.param(
            {"access_level": "viewer", "resource_id": None},
            "resource_id",
            "invalid_input",
            id="all things of the kind",
        ),
    ],
)
def test_set_access_control__bad_body__refused(client, url, changes, attr, code):
    assert_invalid(client.put(url, changes), attr, code)
    assert not AccessControl.objects.exists()


def test_set_access_control__member_and_role__refused(client, url, place, role):
    body = {"access_level": "viewer", "organization_member": place, "role": str(role.pk)}

    assert_invalid(client.put(url, body), "role")


def test_set_access_control__member_of_another_organization__refused(client, url, mallory):
    foreign = str(mallory.memberships.get().uuid)

    response = client.put(url, {"access_level": "viewer", "organization_member": foreign})

    assert_invalid(response, "organization_member", "does_not_exist")


@in_one_test("level", ["viewer", "editor"])
def test_set_access_control__below_manager__refused(colleague, url, for_row, grace, level):
    for_row(level, to=grace)

    assert_too_low(colleague.put(url, {"access_level": "viewer"}), "manager")
    assert AccessControl.objects.count() == 1


def test_set_access_control__manager_by_a_rule__may(colleague, url, for_row, grace):
    for_row("manager", to=grace)

    assert colleague.put(url, {"access_level": "viewer"}).status_code == 200


def test_set_access_control__made_admin_of_the_project__may(colleague, url, give, grace, project):
    give("admin", to=grace, about="project", row=project)

    assert colleague.put(url, {"access_level": "viewer"}).status_code == 200


def test_set_access_control__read_scope__refused(ada, url):
    response = DocumentedClient(factories.make_key(ada, "access_control:read")).put(url, {})

    assert_error(response, 403, "permission_denied")
    assert "'access_control:write'" in response.json()["detail"]


def test_set_access_control__as_expected__done(client, url):
    etag = client.get(url).headers["ETag"]

    response = client.put(url, {"access_level": "viewer"}, headers={"If-Match": etag})

    assert response.status_code == 200


def test_set_access_control__others_were_faster__refused(client, url, for_row, grace):
    etag = client.get(url).headers["ETag"]
    for_row("viewer", to=grace)

    response = client.put(url, {"access_level": "viewer"}, headers={"If-Match": etag})

    assert_error(response, 412, "precondition_failed")
    assert AccessControl.objects.count() == 1


@pytest.mark.parametrize("method", ["post", "patch", "delete"])
def test_set_access_control__other_methods__refused(ada, url, method):
    browser = DocumentedClient()
    browser.force_login(ada)

    assert_error(getattr(browser, method)(url), 405, "method_not_allowed")
