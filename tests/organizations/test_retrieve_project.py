import pytest

from tenants.models import Membership
from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.looping import in_one_test

BEGINNING = [
    "id",
    "organization",
    "name",
    "product_description",
    "created_at",
    "effective_membership_level",
    "has_group_types",
    "group_types",
    "live_events_token",
    "updated_at",
    "uuid",
    "api_token",
    "app_urls",
    "anonymize_ips",
    "completed_snippet_onboarding",
    "ingested_event",
    "test_account_filters",
    "test_account_filters_default_checked",
    "is_demo",
    "timezone",
    "data_attributes",
    "person_display_name_properties",
    "week_start_day",
    "access_control",
    "project_id",
    "user_access_level",
    "default_modifiers",
    "modifiers",
    "extra_settings",
    "has_completed_onboarding_for",
    "product_intents",
    "flags_persistence_default",
    "secret_api_token",
    "secret_api_token_backup",
    "base_currency",
    "is_pending_deletion",
]
OTHERS = {
    "session_recording_opt_in",
    "surveys_opt_in",
    "heatmaps_opt_in",
    "autocapture_opt_out",
    "feature_flag_confirmation_enabled",
    "feature_flag_confirmation_message",
    "default_evaluation_contexts_enabled",
    "require_evaluation_contexts",
    "default_data_theme",
    "primary_dashboard",
    "default_experiment_stats_method",
    "default_experiment_confidence_level",
}


def url(reference):
    return f"/api/projects/{reference}/"


def nested(organization_id, reference):
    return f"/api/organizations/{organization_id}/projects/{reference}/"


def test_retrieve_project__ours__all_settings(client, organization, project):
    response = client.get(url(project.pk))

    assert response.status_code == 200
    body = response.json()
    assert list(body)[: len(BEGINNING)] == BEGINNING
    assert {*body} - {*BEGINNING} >= OTHERS
    assert (body["id"], body["project_id"], body["name"]) == (project.pk, project.pk, "Shop")
    assert body["organization"] == str(organization.pk)
    assert (body["uuid"], body["api_token"]) == (str(project.uuid), project.api_token)
    assert (body["timezone"], body["test_account_filters"], body["app_urls"]) == ("UTC", [], [])
    assert body["created_at"] == project.created_at.isoformat().replace("+00:00", "Z")
    assert (body["has_group_types"], body["group_types"]) == (False, [])
    assert body["default_experiment_stats_method"] is None
    assert body["default_experiment_confidence_level"] is None
    assert response.headers["ETag"]


def test_retrieve_project__below_its_organization__the_same(client, organization, project):
    response = client.get(nested(organization.pk, project.pk))

    assert response.json() == client.get(url(project.pk)).json()


@pytest.mark.parametrize("prefix", ["projects", "environments"])
@pytest.mark.parametrize("ending", ["/", ""])
def test_retrieve_project__any_spelling__the_same(client, project, prefix, ending):
    response = client.get(f"/api/{prefix}/{project.pk}{ending}")

    assert response.json() == client.get(url(project.pk)).json()


@pytest.mark.parametrize("level", Membership.Level)
def test_retrieve_project__any_level__shown(organization, project, level):
    user = factories.make_user("katherine@example.com", organization, level)

    body = DocumentedClient(factories.make_key(user)).get(url(project.pk)).json()

    assert (body["effective_membership_level"], body["user_access_level"]) == (level, "admin")


def test_retrieve_project__current__the_one_chosen(client, ada, organization, project):
    ada.current_project = factories.make_project(organization, "Second")
    ada.save(update_fields=["current_project"])

    assert client.get(url("@current")).json()["name"] == "Second"
    assert client.get(nested("@current", "@current")).json()["name"] == "Second"


def test_retrieve_project__current_without_any__not_found(client, organization):
    response = client.get(url("@current"))

    assert_error(response, 404, "not_found")
    assert response.json()["detail"] == "Not found."


def test_retrieve_project__current_one_left__not_found(client, ada, foreign_project):
    ada.current_project = foreign_project
    ada.save(update_fields=["current_project"])

    assert_error(client.get(url("@current")), 404, "not_found")


@in_one_test("reference", ["999999", "0", "9223372036854775808", "9" * 5000])
def test_retrieve_project__unknown__not_found(client, project, reference):
    response = client.get(url(reference))

    assert_error(response, 404, "not_found")
    assert response.json()["detail"] == "Not found."


def test_retrieve_project__of_others__not_found(client, foreign_project):
    assert_error(client.get(url(foreign_project.pk)), 404, "not_found")


@in_one_test(
    "reference", ["abc", "@me", "-1", "1_0", "%D9%A1", "%00", "phc_abc", "0190a1b2-0000-7000"]
)
def test_retrieve_project__no_number__refused(client, project, reference):
    assert_invalid(client.get(url(reference)), None)


def test_retrieve_project__below_another_organization__not_found(client, project, second_home):
    assert_error(client.get(nested(second_home.organization_id, project.pk)), 404, "not_found")


def test_retrieve_project__below_a_foreign_organization__forbidden(client, foreign_project):
    path = nested(foreign_project.organization_id, foreign_project.pk)

    assert_error(client.get(path), 403, "permission_denied")


def test_retrieve_project__nobody__not_authenticated(anonymous, project):
    assert_error(anonymous.get(url(project.pk)), 401, "not_authenticated")


def test_retrieve_project__key_without_the_scope__forbidden(reader, project):
    response = reader.get(url(project.pk))

    assert_error(response, 403, "permission_denied")
    assert "'project:read'" in response.json()["detail"]
