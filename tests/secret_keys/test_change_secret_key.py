"""GET, PATCH, PUT, DELETE and roll/ of one key."""

import datetime

import pytest
import time_machine

from activity.models import ActivityLog
from tenants.models import ProjectSecretAPIKey
from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from users.tokens import hashed

NOW = datetime.datetime(2126, 3, 2, 10, 0, tzinfo=datetime.UTC)


@pytest.fixture
def one(keys, secret):
    return f"{keys}{secret.pk}/"


def told():
    entry = ActivityLog.objects.filter(activity="updated").last()
    return {change["field"] for change in entry.detail["changes"]}


def test_retrieve_secret_key__own__without_its_value(browser, one, secret):
    shown = browser.get(one).json()

    assert (shown["id"], shown["value"]) == (secret.pk, None)
    assert "secure_value" not in shown


@pytest.mark.parametrize("reference", ["nothing", "a-b", "a%00b", "1"])
def test_retrieve_secret_key__unknown__not_found(browser, keys, reference):
    assert_error(browser.get(f"{keys}{reference}/"), 404, "not_found")


def test_retrieve_secret_key__of_another_project__not_found(
    browser, keys, make_secret, organization
):
    other = make_secret(of=factories.make_project(organization, "Sister"))

    for method in ("get", "patch", "put", "delete"):
        assert_error(getattr(browser, method)(f"{keys}{other.pk}/"), 404, "not_found")
    assert_error(browser.post(f"{keys}{other.pk}/roll/"), 404, "not_found")


def test_update_secret_key__label_and_scopes__changed_and_told(browser, one):
    changes = {"label": "jobs", "scopes": ["feature_flag:read"]}

    shown = browser.patch(one, changes).json()

    assert (shown["label"], shown["scopes"]) == ("jobs", ["feature_flag:read"])
    assert browser.get(one).json() == shown
    assert told() == {"label", "scopes"}


def test_update_secret_key__scope_taken_away__ends_at_once(browser, one, program, project):
    url = f"/api/projects/{project.pk}/experiments/"
    assert program.get(url).status_code == 200

    browser.patch(one, {"scopes": ["feature_flag:read"]})

    assert_error(program.get(url), 403, "permission_denied")


def test_update_secret_key__label_of_another__refused(browser, one, make_secret):
    make_secret(label="jobs")

    assert_invalid(browser.patch(one, {"label": "jobs"}), "label", "unique")


def test_update_secret_key__scope_not_allowed__refused(browser, one):
    assert_invalid(browser.patch(one, {"scopes": ["*"]}), "scopes")


def test_update_secret_key__stale_if_match__refused(browser, one):
    etag = browser.get(one).headers["ETag"]
    assert browser.patch(one, {"label": "jobs"}, headers={"If-Match": etag}).status_code == 200

    response = browser.patch(one, {"label": "other"}, headers={"If-Match": etag})

    assert_error(response, 412, "precondition_failed")


def test_replace_secret_key__part_missing__refused(browser, one):
    assert_invalid(browser.put(one, {"label": "jobs"}), "scopes", "required")
    assert browser.put(one, {"label": "jobs", "scopes": ["experiment:read"]}).status_code == 200


def test_roll_secret_key__own__new_value_in_the_same_key(browser, one, secret, program, project):
    url = f"/api/projects/{project.pk}/experiments/"
    assert program.get(url).status_code == 200

    with time_machine.travel(NOW, tick=False):
        browser.force_login(secret.created_by)
        response = browser.post(f"{one}roll/")

    shown = response.json()
    assert shown["last_rolled_at"] == "2126-03-02T10:00:00Z"
    assert "ETag" not in response.headers
    assert ProjectSecretAPIKey.objects.get().secure_value == hashed(shown["value"])
    assert_error(program.get(url), 401, "authentication_failed")
    assert DocumentedClient(shown["value"]).get(url).status_code == 200
    assert told() == {"mask_value", "last_rolled_at"}


def test_roll_secret_key__by_personal_key_without_its_scopes__forbidden(boss, one):
    narrow = DocumentedClient(factories.make_key(boss, "project:write"))

    assert_error(narrow.post(f"{one}roll/"), 403, "permission_denied")


def test_delete_secret_key__own__ended_at_once_and_told(browser, one, program, project):
    url = f"/api/projects/{project.pk}/experiments/"
    assert program.get(url).status_code == 200

    assert browser.delete(one).status_code == 204

    assert_error(program.get(url), 401, "authentication_failed")
    assert ActivityLog.objects.filter(activity="deleted").count() == 1


@pytest.mark.parametrize("method", ["patch", "delete"])
def test_change_secret_key__member__forbidden(client, one, method):
    assert_error(getattr(client, method)(one, {}), 403, "permission_denied")


def test_change_secret_key__creator_gone__key_stays(one, secret, program, project):
    secret.created_by.delete()

    assert program.get(f"/api/projects/{project.pk}/experiments/").status_code == 200
