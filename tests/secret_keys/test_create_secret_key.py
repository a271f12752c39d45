import pytest

from activity.models import ActivityLog
from api.models import IdempotencyKey
from tenants.models import ProjectSecretAPIKey
from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.sessions import old_session_of
from users.tokens import hashed


def body(**changed):
    values = {"label": "backend", "scopes": ["experiment:read", "feature_flag:read"]} | changed
    return {name: value for name, value in values.items() if value is not ...}


def test_create_secret_key__valid__stored_as_hash_and_shown_once(browser, boss, keys, project):
    response = browser.post(keys, body())

    assert response.status_code == 201
    shown, stored = response.json(), ProjectSecretAPIKey.objects.get()
    value = shown["value"]
    assert value.startswith("phs_")
    assert (stored.project, stored.label, stored.created_by) == (project, "backend", boss)
    assert stored.secure_value == hashed(value)
    assert shown["mask_value"] == f"phs_...{value[-4:]}"
    assert shown["scopes"] == ["experiment:read", "feature_flag:read"]
    assert shown["created_by"]["email"] == boss.email
    assert (shown["last_used_at"], shown["last_rolled_at"]) == (None, None)
    assert browser.get(keys).json()["results"] == [shown | {"value": None}]
    assert "ETag" not in response.headers


def test_create_secret_key__below_environments__the_same(browser, keys):
    assert browser.post(keys.replace("projects", "environments"), body()).status_code == 201


def test_create_secret_key__history__tells_of_it_without_the_value(browser, boss, keys):
    shown = browser.post(keys, body()).json()

    entry = ActivityLog.objects.get(subject="ProjectSecretAPIKey")
    assert (entry.activity, entry.user, entry.item_id) == ("created", boss, shown["id"])
    assert shown["value"] not in str(entry.detail)


def test_create_secret_key__idempotency_key__not_kept(browser, keys):
    headers = {"Idempotency-Key": "once"}

    assert browser.post(keys, body(), headers=headers).status_code == 201
    assert_invalid(browser.post(keys, body(), headers=headers), "label", "unique")
    assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize(
    ("changed", "attr", "code"),
    [
        pytest.param({"label": ...}, "label", "required", id="no_label"),
        pytest.param({"label": " "}, "label", "blank", id="blank_label"),
        pytest.param({"label": "x" * 41}, "label", "max_length", id="long_label"),
        pytest.param({"scopes": ...}, "scopes", "required", id="no_scopes"),
        pytest.param({"scopes": []}, "scopes", "invalid_input", id="empty_scopes"),
        pytest.param({"scopes": "*"}, "scopes", "not_a_list", id="text_scopes"),
        pytest.param({"scopes": ["*"]}, "scopes", "invalid_input", id="everything"),
        pytest.param({"scopes": ["cake:read"]}, "scopes", "invalid_input", id="unknown"),
        pytest.param({"scopes": ["experiment:write"]}, "scopes", "invalid_input", id="writing"),
        pytest.param({"scopes": ["cohort:read"]}, "scopes", "invalid_input", id="not_allowed"),
        pytest.param({"scopes": ["endpoint:read"]}, "scopes", "invalid_input", id="opens_nothing"),
        pytest.param({"scopes": [{}]}, "scopes__0", "invalid_input", id="object_as_scope"),
    ],
)
def test_create_secret_key__not_valid__refused(browser, keys, changed, attr, code):
    assert_invalid(browser.post(keys, body(**changed)), attr, code)
    assert not ProjectSecretAPIKey.objects.exists()


def test_create_secret_key__label_taken__refused(browser, keys, secret):
    assert_invalid(browser.post(keys, body()), "label", "unique")


def test_create_secret_key__label_of_another_project__created(
    browser, keys, make_secret, organization
):
    make_secret(of=factories.make_project(organization, "Sister"))

    assert browser.post(keys, body()).status_code == 201


def test_create_secret_key__fifty_already__refused(browser, keys, make_secret):
    for number in range(50):
        make_secret(label=str(number))

    assert_invalid(browser.post(keys, body()), None)
    assert ProjectSecretAPIKey.objects.count() == 50


def test_create_secret_key__member__forbidden(client, keys):
    assert_error(client.post(keys, body()), 403, "permission_denied")
    assert_error(client.get(keys), 403, "permission_denied")


def test_create_secret_key__old_login__asks_for_another(boss, keys):
    with old_session_of(boss) as browser:
        assert_error(browser.post(keys, body()), 403, "sensitive_action_required_reauth")
        assert browser.get(keys).status_code == 200


def test_create_secret_key__by_personal_key__hands_on_only_its_own_scopes(boss, keys):
    narrow = DocumentedClient(factories.make_key(boss, "project:write", "feature_flag:read"))

    assert_error(narrow.post(keys, body()), 403, "permission_denied")
    assert narrow.post(keys, body(scopes=["feature_flag:read"])).status_code == 201
