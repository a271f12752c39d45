import pytest

from tests.accounts.paths import KEYS
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.looping import in_one_test
from users.models import PersonalAPIKey
from users.tokens import hashed


def body(**changed):
    values = {
        "label": "ci deploy",
        "scopes": ["experiment:write", "feature_flag:read"],
        "scoped_teams": [],
        "scoped_organizations": [],
    } | changed
    return {name: value for name, value in values.items() if value is not ...}


def test_create_key__valid__stored_as_hash_and_shown_once(browser, ada):
    response = browser.post(KEYS, body())

    assert response.status_code == 201
    shown = response.json()
    stored = PersonalAPIKey.objects.get()
    value = shown["value"]
    assert value.startswith("phx_")
    assert 48 <= len(value) <= 52
    assert (stored.user, stored.label, stored.scopes) == (ada, "ci deploy", body()["scopes"])
    assert stored.secure_value == hashed(value)
    assert shown["mask_value"] == f"phx_...{value[-4:]}"
    assert (shown["id"], shown["user_id"]) == (stored.pk, ada.pk)
    assert (shown["last_used_at"], shown["last_rolled_at"]) == (None, None)
    assert browser.get(KEYS).json() == [shown | {"value": None}]


def test_create_key__value__works(browser, project):
    value = browser.post(KEYS, body()).json()["value"]

    response = DocumentedClient(value).get(f"/api/projects/{project.pk}/experiments/")

    assert response.status_code == 200


def test_create_key__answer__names_no_etag(browser):
    assert "ETag" not in browser.post(KEYS, body()).headers


def test_create_key__idempotency_key__not_kept(browser):
    headers = {"Idempotency-Key": "once"}

    values = [browser.post(KEYS, body(), headers=headers).json()["value"] for _ in range(2)]

    assert len({*values}) == 2


def test_create_key__scoped__reach_is_kept(browser, project, organization):
    scoping = {
        "scoped_teams": [project.pk],
        "scoped_organizations": [str(organization.pk).upper()],
    }

    shown = browser.post(KEYS, body(**scoping)).json()

    assert shown["scoped_teams"] == [project.pk]
    assert shown["scoped_organizations"] == [str(organization.pk)]


def test_create_key__scoping_null__none(browser):
    shown = browser.post(KEYS, body(scoped_teams=None, scoped_organizations=None)).json()

    assert (shown["scoped_teams"], shown["scoped_organizations"]) == ([], [])


def test_create_key__read_only_members__ignored(browser, ada, mallory):
    forged = {"id": "mine", "value": "phx_known", "user_id": mallory.pk, "mask_value": "x"}

    shown = browser.post(KEYS, body(**forged)).json()

    assert shown["user_id"] == ada.pk
    assert shown["id"] != "mine"
    assert shown["value"] != "phx_known"


@in_one_test(
    ("changed", "attr", "code"),
    [
        pytest.param({"label": ...}, "label", "required", id="no_label"),
        pytest.param({"label": "  "}, "label", "blank", id="blank_label"),
        pytest.param({"label": None}, "label", "null", id="null_label"),
        pytest.param({"label": "x" * 41}, "label", "max_length", id="long_label"),
        pytest.param({"label": "a\0"}, "label", "invalid_input", id="null_character"),
        pytest.param({"scopes": ...}, "scopes", "required", id="no_scopes"),
        pytest.param({"scopes": None}, "scopes", "null", id="null_scopes"),
        pytest.param({"scopes": []}, "scopes", "invalid_input", id="empty_scopes"),
        pytest.param({"scopes": "*"}, "scopes", "not_a_list", id="text_scopes"),
        pytest.param({"scopes": [{}]}, "scopes__0", "invalid_input", id="object_as_scope"),
        pytest.param({"scopes": ["x" * 101]}, "scopes__0", "max_length", id="long_scope"),
        pytest.param({"scopes": ["cake:read"]}, "scopes", "invalid_input", id="unknown_object"),
        pytest.param({"scopes": ["experiment"]}, "scopes", "invalid_input", id="no_action"),
        pytest.param(
            {"scopes": ["experiment:eat"]}, "scopes", "invalid_input", id="unknown_action"
        ),
        pytest.param(
            {"scopes": ["clickhouse_test_cluster_perf:read"]},
            "scopes",
            "invalid_input",
            id="internal_object",
        ),
        pytest.param({"scoped_teams": ...}, "scoped_teams", "required", id="no_teams"),
        pytest.param({"scoped_teams": 1}, "scoped_teams", "not_a_list", id="team_alone"),
        pytest.param(
            {"scoped_teams": ["a"]}, "scoped_teams__0", "invalid_input", id="team_no_number"
        ),
        pytest.param({"scoped_teams": [10**30]}, "scoped_teams", "invalid_input", id="huge_team"),
        pytest.param(
            {"scoped_organizations": ...}, "scoped_organizations", "required", id="no_organizations"
        ),
        pytest.param(
            {"scoped_organizations": ["acme"]},
            "scoped_organizations",
            "invalid_input",
            id="malformed_organization",
        ),
    ],
)
def test_create_key__not_valid__refused(browser, changed, attr, code):
    response = browser.post(KEYS, body(**changed))

    assert_invalid(response, attr, code)
    assert not PersonalAPIKey.objects.exists()


def test_create_key__unknown_scope__named(browser):
    response = browser.post(KEYS, body(scopes=["experiment:read", "cake:read"]))

    assert "'cake:read'" in response.json()["detail"]


@in_one_test(
    ("changed", "attr"),
    [
        pytest.param({}, "label", id="everything"),
        pytest.param({"label": "ci"}, "scopes", id="after_the_label"),
        pytest.param({"label": "ci", "scopes": ["cake:eat"]}, "scopes", id="wrong_before_missing"),
        pytest.param({"label": "ci", "scopes": ["*"]}, "scoped_teams", id="after_the_scopes"),
    ],
)
def test_create_key__several_errors__first_field_is_told(browser, changed, attr):
    response = browser.post(KEYS, changed)

    assert response.json()["attr"] == attr


def test_create_key__project_of_others__refused(browser, foreign_project):
    response = browser.post(KEYS, body(scoped_teams=[foreign_project.pk]))

    assert_invalid(response, "scoped_teams")


def test_create_key__organization_of_others__refused(browser, foreign_project):
    organization = str(foreign_project.organization_id)

    response = browser.post(KEYS, body(scoped_organizations=[organization]))

    assert_invalid(response, "scoped_organizations")


def test_create_key__ten_already__refused(browser, make_key, ada):
    for _ in range(10):
        make_key(ada)

    response = browser.post(KEYS, body())

    assert_invalid(response, None)
    assert PersonalAPIKey.objects.count() == 10


def test_create_key__ten_already_and_label_missing__label_is_told(browser, make_key, ada):
    for _ in range(10):
        make_key(ada)

    assert_invalid(browser.post(KEYS, body(label=...)), "label", "required")


def test_create_key__ten_of_another_user__created(browser, make_key, mallory):
    for _ in range(10):
        make_key(mallory)

    assert browser.post(KEYS, body()).status_code == 201


def test_create_key__tenth_after_one_was_deleted__created(browser, make_key, ada):
    for _ in range(10):
        key = make_key(ada)
    key.delete()

    assert browser.post(KEYS, body()).status_code == 201


def test_create_key__nobody__not_authenticated(anonymous, db):
    assert_error(anonymous.post(KEYS, body()), 401, "not_authenticated")


def test_create_key__with_a_key_for_everything__forbidden(everything):
    response = everything.post(KEYS, body())

    assert_error(response, 403, "permission_denied")
    assert PersonalAPIKey.objects.count() == 1


def test_create_key__key_in_the_body__forbidden(browser, key):
    response = browser.post(KEYS, body(personal_api_key=key.value))

    assert_error(response, 403, "permission_denied")


@in_one_test("method", ["put", "patch", "delete"])
def test_create_key__other_methods_on_the_collection__not_allowed(browser, method):
    assert_error(getattr(browser, method)(KEYS), 405, "method_not_allowed")
