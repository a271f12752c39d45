import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Preferences
from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient

ME = "/api/users/@me/"
# The order of the wire.
MEMBERS = [
    "date_joined",
    "uuid",
    "distinct_id",
    "first_name",
    "last_name",
    "email",
    "pending_email",
    "is_email_verified",
    "notification_settings",
    "anonymize_data",
    "allow_impersonation",
    "toolbar_mode",
    "has_password",
    "id",
    "is_staff",
    "is_impersonated",
    "is_impersonated_until",
    "sensitive_session_expires_at",
    "team",
    "organization",
    "organizations",
    "events_column_config",
    "is_2fa_enabled",
    "has_social_auth",
    "has_sso_enforcement",
    "has_seen_product_intro_for",
    "scene_personalisation",
    "theme_mode",
    "hedgehog_config",
    "allow_sidebar_suggestions",
    "shortcut_position",
    "role_at_organization",
    "passkeys_enabled_for_2fa",
]
TEAM_MEMBERS = [
    "id",
    "uuid",
    "organization",
    "project_id",
    "api_token",
    "name",
    "completed_snippet_onboarding",
    "has_completed_onboarding_for",
    "ingested_event",
    "is_demo",
    "timezone",
    "access_control",
]
ORGANIZATION_MEMBERS = [
    "id",
    "name",
    "slug",
    "logo_media_id",
    "created_at",
    "updated_at",
    "membership_level",
    "plugins_access_level",
    "teams",
    "projects",
    "available_product_features",
    "is_member_join_email_enabled",
    "metadata",
    "customer_id",
    "enforce_2fa",
    "members_can_invite",
    "members_can_use_personal_api_keys",
    "allow_publicly_shared_resources",
    "member_count",
    "is_ai_data_processing_approved",
    "default_experiment_stats_method",
    "default_role_id",
]


def test_retrieve_me__a_member__who_and_where(client, ada, grace, organization, project):
    response = client.get(ME)

    assert response.status_code == 200
    body = response.json()
    assert list(body) == MEMBERS
    assert (body["id"], body["uuid"], body["email"]) == (ada.pk, str(ada.uuid), ada.email)
    assert body["distinct_id"] == ada.distinct_id
    assert (body["has_password"], body["is_staff"]) == (False, False)
    assert list(body["team"]) == TEAM_MEMBERS
    assert (body["team"]["id"], body["team"]["name"]) == (project.pk, "Shop")
    assert body["team"]["organization"] == str(organization.pk)
    assert body["team"]["timezone"] == "UTC"
    assert list(body["organization"]) == ORGANIZATION_MEMBERS
    assert body["organization"]["id"] == str(organization.pk)
    assert (body["organization"]["membership_level"], body["organization"]["member_count"]) == (
        1,
        2,
    )
    assert body["organization"]["teams"] == [body["team"]]
    assert body["organization"]["projects"] == [
        {"id": project.pk, "organization_id": str(organization.pk), "name": "Shop"}
    ]
    assert {"key", "name"} == set(body["organization"]["available_product_features"][0])
    assert [each["id"] for each in body["organizations"]] == [str(organization.pk)]


def test_retrieve_me__nothing_remembered__the_defaults_and_no_row(client, ada):
    body = client.get(ME).json()

    assert body["notification_settings"]["plugin_disabled"] is True
    assert body["events_column_config"] == {"active": "DEFAULT"}
    assert (body["toolbar_mode"], body["theme_mode"]) == ("toolbar", None)
    assert not Preferences.objects.exists()


def test_retrieve_me__no_project__team_is_null(client, organization):
    body = client.get(ME).json()

    assert body["team"] is None
    assert body["organization"]["id"] == str(organization.pk)


def test_retrieve_me__no_organization__all_is_null(client, ada, project):
    ada.memberships.all().delete()

    body = client.get(ME).json()

    assert (body["team"], body["organization"], body["organizations"]) == (None, None, [])


def test_retrieve_me__several_organizations__in_the_order_of_joining(
    client, ada, organization, project, foreign_project
):
    factories.project_services.add_member(
        organization=foreign_project.organization, user=ada, level=8
    )

    body = client.get(ME).json()

    assert [(each["id"], each["membership_level"]) for each in body["organizations"]] == [
        (str(organization.pk), 1),
        (str(foreign_project.organization_id), 8),
    ]


def test_retrieve_me__project_chosen__there(client, ada, organization, project):
    ada.current_project = factories.make_project(organization, "Second")
    ada.save(update_fields=["current_project"])

    body = client.get(ME).json()

    assert body["team"]["name"] == "Second"
    assert body["organization"]["id"] == str(organization.pk)


def test_retrieve_me__chosen_project_no_longer_reachable__falls_back(
    client, ada, project, foreign_project
):
    ada.current_organization = foreign_project.organization
    ada.current_project = foreign_project
    ada.save(update_fields=["current_organization", "current_project"])

    body = client.get(ME).json()

    assert body["team"]["id"] == project.pk
    assert body["organization"]["id"] == str(project.organization_id)


def test_retrieve_me__session__works(session, ada):
    assert session.get(ME).json()["email"] == ada.email


def test_retrieve_me__session_and_key__session_wins(session, ada, grace):
    response = session.get(ME, headers={"Authorization": f"Bearer {factories.make_key(grace)}"})

    assert response.json()["email"] == ada.email


def test_retrieve_me__restricted_key__no_matter(ada, project, foreign_project):
    key = factories.make_key(
        ada,
        "user:read",
        projects=(foreign_project.pk,),
        organizations=(str(foreign_project.organization_id),),
    )

    response = DocumentedClient(key).get(ME)

    assert response.status_code == 200
    assert response.json()["team"]["id"] == project.pk


def test_retrieve_me__key_without_the_scope__forbidden(reader):
    response = reader.get(ME)

    assert_error(response, 403, "permission_denied")
    assert "'user:read'" in response.json()["detail"]


def test_retrieve_me__nobody__not_authenticated(anonymous, db):
    response = anonymous.get(ME)

    assert_error(response, 401, "not_authenticated")
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_retrieve_me__no_trailing_slash__same_answer(client, project):
    assert client.get(ME.rstrip("/")).json() == client.get(ME).json()


def test_retrieve_me__known_etag__not_modified(client, project):
    etag = client.get(ME).headers["ETag"]

    assert client.get(ME, headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize("stored", [None, {}, {"color": "red"}], ids=repr)
def test_retrieve_hedgehog__any__what_is_kept(client, ada, stored):
    ada.hedgehog_config = stored
    ada.save(update_fields=["hedgehog_config"])

    response = client.get(f"{ME}hedgehog_config/")

    assert response.status_code == 200
    assert response.json() == (stored or {})


def test_retrieve_me__more_places__same_number_of_queries(client, ada, project):
    client.get(ME)
    with CaptureQueriesContext(connection) as with_one:
        client.get(ME)

    for number in range(3):
        other = factories.make_organization(f"Other {number}")
        factories.project_services.add_member(organization=other, user=ada, level=1)
        factories.make_project(other)
        factories.make_project(project.organization)
    with CaptureQueriesContext(connection) as with_many:
        response = client.get(ME)

    assert len(response.json()["organizations"]) == 4
    assert len(with_many) == len(with_one)
