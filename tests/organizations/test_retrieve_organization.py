import pytest

from tenants.models import Membership
from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.looping import in_one_test

UNKNOWN = "0190a1b2-0000-7000-8000-000000000000"
# The order of the wire.
MEMBERS = [
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


def url(reference):
    return f"/api/organizations/{reference}/"


def test_retrieve_organization__ours__all_members(client, organization, project):
    response = client.get(url(organization.pk))

    assert response.status_code == 200
    body = response.json()
    assert list(body) == MEMBERS
    assert (body["name"], body["slug"]) == ("Acme", "acme")
    assert body["default_experiment_stats_method"] == "bayesian"
    assert body["teams"][0]["api_token"] == project.api_token
    assert response.headers["ETag"]


@pytest.mark.parametrize("level", Membership.Level.values)
def test_retrieve_organization__any_level__shown(organization, level):
    user = factories.make_user("katherine@example.com", organization, level)

    body = DocumentedClient(factories.make_key(user)).get(url(organization.pk)).json()

    assert body["membership_level"] == level


def test_retrieve_organization__features__each_once(client, organization):
    features = client.get(url(organization.pk)).json()["available_product_features"]

    keys = [feature["key"] for feature in features]
    assert sorted(set(keys)) == sorted(keys)


def test_retrieve_organization__current_and_none_chosen__of_the_oldest_project(
    client, organization, project, second_home
):
    assert client.get(url("@current")).json()["id"] == str(organization.pk)


def test_retrieve_organization__current__the_one_chosen(client, ada, project, second_home):
    ada.current_organization = second_home.organization
    ada.save(update_fields=["current_organization"])

    assert client.get(url("@current")).json()["id"] == str(second_home.organization_id)
    assert client.get("/api/projects/@current/").json()["id"] == second_home.pk


def test_retrieve_organization__current_without_any__not_found(client, ada):
    ada.memberships.all().delete()

    assert_error(client.get(url("@current")), 404, "not_found")


@in_one_test("reference", [UNKNOWN, "1", "acme", "@me", "%00"])
def test_retrieve_organization__unknown_or_no_uuid__not_found(client, project, reference):
    assert_error(client.get(url(reference)), 404, "not_found")


def test_retrieve_organization__of_others__not_found(client, foreign_project):
    assert_error(client.get(url(foreign_project.organization_id)), 404, "not_found")


def test_retrieve_organization__key_of_another_organization__not_found(
    ada, organization, second_home
):
    key = factories.make_key(ada, organizations=(str(second_home.organization_id),))

    assert_error(DocumentedClient(key).get(url(organization.pk)), 404, "not_found")


def test_retrieve_organization__nobody__not_authenticated(anonymous, organization):
    assert_error(anonymous.get(url(organization.pk)), 401, "not_authenticated")


def test_retrieve_organization__key_without_the_scope__forbidden(reader, organization):
    response = reader.get(url(organization.pk))

    assert_error(response, 403, "permission_denied")
    assert "'organization:read'" in response.json()["detail"]
