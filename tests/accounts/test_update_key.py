import pytest

from tests.accounts.paths import one
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.looping import in_one_test


def test_update_key__some_fields__only_they_change(browser, key, project, organization):
    changes = {
        "label": "deploy",
        "scopes": ["*"],
        "scoped_teams": [project.pk],
        "scoped_organizations": [str(organization.pk)],
    }

    response = browser.patch(one(key), changes)

    assert response.status_code == 200
    body = response.json()
    assert {name: body[name] for name in changes} == changes
    assert body == browser.get(one(key)).json()
    before = (key.secure_value, key.mask_value, key.created_at)
    key.refresh_from_db()
    assert (key.label, key.scopes, key.scoped_teams) == ("deploy", ["*"], [project.pk])
    assert (key.secure_value, key.mask_value, key.created_at) == before


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"label": "deploy"}, id="label"),
        pytest.param({"scopes": ["user:read", "user:read"]}, id="scopes"),
    ],
)
def test_update_key__absent_fields__stay(browser, key, changes):
    before = browser.get(one(key)).json()

    body = browser.patch(one(key), changes).json()

    assert body == before | changes


def test_update_key__scopes_taken_away__gone_at_once(browser, own_client, key, project):
    path = f"/api/projects/{project.pk}/experiments/"
    assert own_client.get(path).status_code == 200

    browser.patch(one(key), {"scopes": ["user:read"]})

    assert_error(own_client.get(path), 403, "permission_denied")


def test_update_key__read_only_members__ignored(browser, key, mallory):
    forged = {"id": "x", "value": "phx_x", "user_id": mallory.pk, "last_rolled_at": None}

    body = browser.patch(one(key), forged).json()

    assert body == browser.get(one(key)).json()
    assert body["id"] == key.pk


def test_update_key__put_with_everything__replaced(browser, key, make_key):
    body = browser.get(one(key)).json() | {"label": "replaced"}

    assert browser.put(one(key), body).json() == body


@in_one_test("missing", ["label", "scopes", "scoped_teams", "scoped_organizations"])
def test_update_key__put_without_a_field__refused(browser, key, missing):
    body = browser.get(one(key)).json()
    del body[missing]

    assert_invalid(browser.put(one(key), body), missing, "required")


@in_one_test(
    ("changes", "attr", "code"),
    [
        pytest.param({"label": " "}, "label", "blank", id="blank_label"),
        pytest.param({"scopes": []}, "scopes", "invalid_input", id="empty_scopes"),
        pytest.param({"scopes": ["cake:read"]}, "scopes", "invalid_input", id="unknown_scope"),
        pytest.param({"scoped_teams": ["x"]}, "scoped_teams__0", "invalid_input", id="word"),
        pytest.param({"scoped_teams": [999_999]}, "scoped_teams", "invalid_input", id="project"),
        pytest.param(
            {"scoped_organizations": ["0190a1b2-0000-7000-8000-000000000000"]},
            "scoped_organizations",
            "invalid_input",
            id="organization",
        ),
    ],
)
def test_update_key__not_valid__refused(browser, key, changes, attr, code):
    before = browser.get(one(key)).json()

    assert_invalid(browser.patch(one(key), changes), attr, code)
    assert browser.get(one(key)).json() == before


def test_update_key__what_was_read_after_leaving_its_reach__accepted(
    browser, make_key, ada, project, organization
):
    reach = {"scoped_teams": [project.pk], "scoped_organizations": [str(organization.pk)]}
    key = make_key(ada, **reach)
    ada.memberships.all().delete()
    body = browser.get(one(key)).json()

    assert browser.put(one(key), body | {"label": "old job"}).status_code == 200


@pytest.mark.parametrize("name", ["scoped_teams", "scoped_organizations"])
def test_update_key__one_more_that_is_out_of_reach__refused(
    browser, make_key, ada, project, foreign_project, name
):
    own = {"scoped_teams": project.pk, "scoped_organizations": str(project.organization_id)}
    foreign = {
        "scoped_teams": foreign_project.pk,
        "scoped_organizations": str(foreign_project.organization_id),
    }
    key = make_key(ada, **{name: [own[name]]})

    assert_invalid(browser.patch(one(key), {name: [own[name], foreign[name]]}), name)


def test_update_key__stale_if_match__refused(browser, key):
    etag = browser.get(one(key)).headers["ETag"]
    headers = {"If-Match": etag}

    assert browser.patch(one(key), {"label": "first"}, headers=headers).status_code == 200
    response = browser.patch(one(key), {"label": "second"}, headers=headers)

    assert_error(response, 412, "precondition_failed")
    assert browser.get(one(key)).json()["label"] == "first"


@in_one_test("method", ["patch", "put"])
def test_update_key__of_another_user__not_found(browser, foreign_key, method):
    assert_error(getattr(browser, method)(one(foreign_key), {}), 404, "not_found")


@in_one_test("method", ["patch", "put"])
def test_update_key__by_the_key_itself__forbidden(everything, own_client, key, method):
    for client in (own_client, everything):
        response = getattr(client, method)(one(key), {"scopes": ["*"]})

        assert_error(response, 403, "permission_denied")
        assert "cannot be used with a personal API key" in response.json()["detail"]
    key.refresh_from_db()
    assert key.scopes == ["experiment:read"]


def test_update_key__nobody__not_authenticated(anonymous, key):
    assert_error(anonymous.patch(one(key), {}), 401, "not_authenticated")


def test_update_key__session_without_csrf_token__forbidden(ada, key):
    browser = DocumentedClient(enforce_csrf_checks=True)
    browser.force_login(ada)

    response = browser.patch(one(key), {"label": "x"})

    assert_error(response, 403, "permission_denied")
    assert response.json()["detail"].startswith("CSRF Failed:")
