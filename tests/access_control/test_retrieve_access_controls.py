import pytest

from tests import factories
from tests.access_control.refusals import assert_too_low
from tests.access_control.ruled_kinds import HOLDOUTS, KINDS
from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.looping import in_one_test

pytestmark = pytest.mark.parametrize("fixture", KINDS)


@pytest.fixture
def url(kind, row):
    return f"{kind.url(row)}access_controls/"


def test_retrieve_access_controls__of_its_creator__all_that_a_client_needs(
    client, url, for_row, kind, row, edith
):
    rule = for_row("none")

    response = client.get(url)

    assert response.status_code == 200
    body = response.json()
    (shown,) = body.pop("access_controls")
    assert list(body.items()) == [
        ("available_access_levels", ["none", "viewer", "editor", "manager"]),
        ("default_access_level", "editor"),
        ("minimum_access_level", "none"),
        ("maximum_access_level", "manager"),
        ("user_access_level", "manager"),
        ("user_can_edit_access_levels", True),
    ]
    assert shown.pop("created_by") is None
    assert list(shown.items()) == [
        ("access_level", "none"),
        ("resource", kind.name),
        ("resource_id", str(row.pk)),
        ("organization_member", None),
        ("role", None),
        ("created_at", rule.created_at.isoformat().replace("+00:00", "Z")),
        ("updated_at", rule.created_at.isoformat().replace("+00:00", "Z")),
    ]


def test_retrieve_access_controls__several__those_of_this_one_the_oldest_first(
    client, url, for_all, for_row, grace, role
):
    for_row("none")
    for_row("viewer", to=grace)
    for_row("editor", to=role)
    for_all("none")

    shown = client.get(url).json()["access_controls"]

    member = str(grace.memberships.get().uuid)
    assert [(rule["organization_member"], rule["role"]) for rule in shown] == [
        (None, None),
        (member, None),
        (None, str(role.pk)),
    ]
    assert [rule["access_level"] for rule in shown] == ["none", "viewer", "editor"]


def test_retrieve_access_controls__no_rules__none(client, url):
    assert client.get(url).json()["access_controls"] == []


def test_retrieve_access_controls__by_an_editor__read_only(colleague, url):
    body = colleague.get(url).json()

    assert (body["user_access_level"], body["user_can_edit_access_levels"]) == ("editor", False)


def test_retrieve_access_controls__by_a_manager_by_rule__editable(colleague, url, for_row, grace):
    for_row("manager", to=grace)

    body = colleague.get(url).json()

    assert (body["user_access_level"], body["user_can_edit_access_levels"]) == ("manager", True)


def test_retrieve_access_controls__denied__refused(colleague, url, for_row, grace):
    for_row("none", to=grace)

    assert_too_low(colleague.get(url), "viewer")


def test_retrieve_access_controls__known_etag__not_modified(client, url):
    etag = client.get(url).headers["ETag"]

    assert client.get(url, headers={"If-None-Match": etag}).status_code == 304


def test_retrieve_access_controls__without_credentials__refused(anonymous, url):
    assert_error(anonymous.get(url), 401, "not_authenticated")


def test_retrieve_access_controls__by_an_outsider__refused(outsider, url):
    assert_error(outsider.get(url), 403, "permission_denied")


def test_retrieve_access_controls__scope_of_the_thing_only__refused(ada, url):
    key = factories.make_key(ada, "experiment:write", "feature_flag:write")

    response = DocumentedClient(key).get(url)

    assert_error(response, 403, "permission_denied")
    assert "'access_control:read'" in response.json()["detail"]


@in_one_test("reference", ["4711", "abc"])
def test_retrieve_access_controls__no_such_thing__not_found(client, project, kind, reference):
    response = client.get(f"{kind.list_url(project)}{reference}/access_controls/")

    assert_error(response, 404, "not_found")


def test_retrieve_access_controls__of_another_project__not_found(client, project, kind, row, ada):
    sister = factories.make_project(project.organization, "Sister")

    response = client.get(f"{kind.list_url(sister)}{row.pk}/access_controls/")

    assert_error(response, 404, "not_found")


@pytest.mark.parametrize("method", ["get", "put"])
def test_retrieve_access_controls__of_a_holdout__no_such_address(admin, fixture, holdout, method):
    response = getattr(admin, method)(f"{HOLDOUTS.url(holdout)}access_controls/")

    assert_error(response, 404, "not_found")
