import pytest
from django.conf import settings

from accounts.models import Preferences
from tenants.services import add_member
from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.looping import in_one_test

ME = "/api/users/@me/"
CSRF_TOKEN = "a" * 32


@pytest.fixture
def second_home(foreign_project, ada):
    add_member(organization=foreign_project.organization, user=ada, level=1)
    return foreign_project


def test_update_me__names_and_likes__stored_and_shown(client, ada, project):
    sent = {
        "first_name": "Ada",
        "last_name": "Lovelace",
        "role_at_organization": "engineering",
        "hedgehog_config": {"color": "red"},
        "anonymize_data": True,
        "toolbar_mode": "disabled",
        "events_column_config": {"active": ["event"]},
        "has_seen_product_intro_for": {"experiments": True},
        "theme_mode": "dark",
        "allow_sidebar_suggestions": False,
        "shortcut_position": "below",
    }

    response = client.patch(ME, sent)

    assert response.status_code == 200
    body = response.json()
    assert {name: body[name] for name in sent} == sent
    assert body == client.get(ME).json()
    ada.refresh_from_db()
    assert (ada.first_name, ada.last_name) == ("Ada", "Lovelace")
    assert (ada.role_at_organization, ada.hedgehog_config) == ("engineering", {"color": "red"})
    assert ada.preferences.theme_mode == "dark"


def test_update_me__one_like_after_another__both_kept(client, project):
    client.patch(ME, {"theme_mode": "dark"})

    body = client.patch(ME, {"toolbar_mode": "disabled"}).json()

    assert (body["theme_mode"], body["toolbar_mode"]) == ("dark", "disabled")
    assert Preferences.objects.count() == 1


def test_update_me__notification_settings__members_change_others_stay(client, project):
    client.patch(ME, {"notification_settings": {"plugin_disabled": False}})

    body = client.patch(ME, {"notification_settings": {"all_weekly_digest_disabled": True}}).json()

    assert body["notification_settings"] == {
        "plugin_disabled": False,
        "all_weekly_digest_disabled": True,
        "project_weekly_digest_disabled": {},
        "error_tracking_issue_assigned": True,
    }


def test_update_me__read_only_and_unknown_fields__ignored(client, ada, grace, project):
    before = client.get(ME).json()
    sent = {
        "id": grace.pk,
        "uuid": str(grace.uuid),
        "distinct_id": "mine",
        "email": "root@example.com",
        "is_staff": True,
        "is_superuser": True,
        "is_active": False,
        "is_email_verified": True,
        "date_joined": "2001-01-01T00:00:00Z",
        "team": {"id": 7},
        "organizations": [],
        "nonsense": 1,
    }

    response = client.patch(ME, sent)

    assert response.status_code == 200
    assert response.json() == before
    ada.refresh_from_db()
    assert (ada.is_staff, ada.is_superuser, ada.is_active) == (False, False, True)
    assert not ada.has_usable_password()


@pytest.mark.parametrize("method", ["patch", "put"])
def test_update_me__nothing__nothing_changes(client, project, method):
    before = client.get(ME).json()

    response = getattr(client, method)(ME, {})

    assert response.status_code == 200
    assert response.json() == before


def test_update_me__current_team__there_from_now_on(client, ada, project, second_home):
    body = client.patch(ME, {"set_current_team": second_home.pk}).json()

    assert body["team"]["id"] == second_home.pk
    assert body["organization"]["id"] == str(second_home.organization_id)
    assert "set_current_team" not in body
    assert client.get("/api/projects/@current/").json()["id"] == second_home.pk
    assert client.get("/api/organizations/@current/").json()["name"] == "Elsewhere"
    ada.refresh_from_db()
    assert ada.current_organization == second_home.organization


def test_update_me__current_organization__its_oldest_project(client, ada, project, second_home):
    factories.make_project(second_home.organization)
    client.patch(ME, {"set_current_team": project.pk})

    body = client.patch(ME, {"set_current_organization": str(second_home.organization_id)}).json()

    assert body["organization"]["id"] == str(second_home.organization_id)
    assert body["team"]["id"] == second_home.pk


def test_update_me__current_organization_without_projects__no_team(client, ada, project):
    empty = factories.make_organization("Empty")
    add_member(organization=empty, user=ada, level=1)

    body = client.patch(ME, {"set_current_organization": str(empty.pk)}).json()

    assert (body["organization"]["name"], body["team"]) == ("Empty", None)
    assert client.get("/api/projects/@current/").status_code == 404


def test_update_me__organization_they_are_in__project_stays(client, organization, project):
    second = factories.make_project(organization, "Second")
    client.patch(ME, {"set_current_team": second.pk})

    body = client.patch(ME, {"set_current_organization": str(organization.pk)}).json()

    assert body["team"]["id"] == second.pk


def test_update_me__foreign_team__does_not_exist(client, ada, project, foreign_project):
    response = client.patch(ME, {"first_name": "Ada", "set_current_team": foreign_project.pk})

    assert_invalid(response, "set_current_team", "does_not_exist")
    ada.refresh_from_db()
    assert (ada.first_name, ada.current_project) == ("", None)


@pytest.mark.parametrize("team", [0, 999999, 9223372036854775808, "999999"], ids=repr)
def test_update_me__unknown_team__does_not_exist(client, project, team):
    response = client.patch(ME, {"set_current_team": team})

    assert_invalid(response, "set_current_team", "does_not_exist")


@pytest.mark.parametrize("organization_id", ["0190a1b2-0000-7000-8000-000000000000", "foreign"])
def test_update_me__foreign_or_unknown_organization__does_not_exist(
    client, project, foreign_project, organization_id
):
    organization_id = organization_id.replace("foreign", str(foreign_project.organization_id))

    response = client.patch(ME, {"set_current_organization": organization_id})

    assert_invalid(response, "set_current_organization", "does_not_exist")


@in_one_test(
    ("values", "attr", "code"),
    [
        ({"first_name": None}, "first_name", "null"),
        ({"first_name": "x" * 151}, "first_name", "max_length"),
        ({"first_name": "a\0"}, "first_name", "null_characters_not_allowed"),
        ({"last_name": []}, "last_name", "invalid_input"),
        ({"role_at_organization": "king"}, "role_at_organization", "invalid_choice"),
        ({"theme_mode": "pink"}, "theme_mode", "invalid_choice"),
        ({"toolbar_mode": None}, "toolbar_mode", "null"),
        ({"shortcut_position": 1}, "shortcut_position", "invalid_choice"),
        ({"anonymize_data": "maybe"}, "anonymize_data", "invalid_input"),
        ({"notification_settings": []}, "notification_settings", "not_a_dict"),
        ({"events_column_config": "all"}, "events_column_config", "not_a_dict"),
        ({"has_seen_product_intro_for": 1}, "has_seen_product_intro_for", "not_a_dict"),
        ({"hedgehog_config": "red"}, "hedgehog_config", "not_a_dict"),
        ({"hedgehog_config": {"a": "\0"}}, "hedgehog_config", "invalid_input"),
        ({"set_current_team": None}, "set_current_team", "null"),
        ({"set_current_team": "abc"}, "set_current_team", "incorrect_type"),
        ({"set_current_team": []}, "set_current_team", "incorrect_type"),
        ({"set_current_organization": "acme"}, "set_current_organization", "invalid_input"),
        ({"set_current_organization": 7}, "set_current_organization", "does_not_exist"),
        ({"set_current_organization": []}, "set_current_organization", "invalid_input"),
    ],
    ids=str,
)
def test_update_me__value_not_valid__refused(client, project, values, attr, code):
    assert_invalid(client.patch(ME, values), attr, code)


@pytest.mark.parametrize("role", ["", None, "data", "founder", "other"], ids=repr)
def test_update_me__role__one_of_the_words_or_none(client, project, role):
    assert client.patch(ME, {"role_at_organization": role}).json()["role_at_organization"] == role


def test_update_me__known_etag__done(client, project):
    etag = client.get(ME).headers["ETag"]

    response = client.patch(ME, {"first_name": "Ada"}, headers={"If-Match": etag})

    assert response.status_code == 200
    assert response.headers["ETag"] == client.get(ME).headers["ETag"] != etag


def test_update_me__stale_etag__refused(client, ada, project):
    response = client.patch(ME, {"first_name": "Ada"}, headers={"If-Match": '"old"'})

    assert_error(response, 412, "precondition_failed")
    ada.refresh_from_db()
    assert ada.first_name == ""


def test_update_me__session__works(session, ada):
    session.cookies[settings.CSRF_COOKIE_NAME] = CSRF_TOKEN

    response = session.patch(ME, {"first_name": "Ada"}, headers={"X-CSRFToken": CSRF_TOKEN})

    assert response.json()["first_name"] == "Ada"


def test_update_me__session_without_csrf_token__forbidden(session, ada):
    response = session.patch(ME, {"first_name": "Ada"})

    assert_error(response, 403, "permission_denied")
    assert response.json()["detail"].startswith("CSRF Failed:")


def test_update_me__nobody__not_authenticated(anonymous, db):
    assert_error(anonymous.patch(ME, {}), 401, "not_authenticated")


def test_update_me__key_that_may_only_read__forbidden(ada, project):
    response = DocumentedClient(factories.make_key(ada, "user:read")).patch(ME, {})

    assert_error(response, 403, "permission_denied")
    assert "'user:write'" in response.json()["detail"]


@in_one_test("whose", ["mine", "grace's"])
def test_update_user__by_uuid__forbidden(client, ada, grace, whose):
    user = ada if whose == "mine" else grace

    assert_error(client.patch(f"/api/users/{user.uuid}/", {}), 403, "permission_denied")


def test_update_user__staff_and_another__forbidden(client, ada, grace):
    ada.is_staff = True
    ada.save(update_fields=["is_staff"])

    response = client.patch(f"/api/users/{grace.uuid}/", {"first_name": "Eve"})

    assert_error(response, 403, "permission_denied")
    grace.refresh_from_db()
    assert grace.first_name == ""
