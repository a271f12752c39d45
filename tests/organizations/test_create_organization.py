import pytest

from activity.models import ActivityLog
from tenants.models import Organization
from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.concurrency.replays import KEY, assert_replayed
from tests.looping import in_one_test

URL = "/api/organizations/"


def test_create_organization__name__owned_by_the_caller_with_a_project(client, ada, organization):
    response = client.post(URL, {"name": "Analytical Engines"})

    assert response.status_code == 201
    body = response.json()
    created = Organization.objects.get(name="Analytical Engines")
    assert body == client.get(f"{URL}{created.pk}/").json()
    assert (body["slug"], body["membership_level"]) == ("analytical-engines", 15)
    assert (body["member_count"], body["default_experiment_stats_method"]) == (1, "bayesian")
    assert [project["name"] for project in body["projects"]] == ["Default project"]
    assert ada.memberships.get(organization=created).level == 15


def test_create_organization__any__told_in_its_own_history(client, ada, organization):
    created = client.post(URL, {"name": "Engines"}).json()

    entries = client.get(f"{URL}{created['id']}/activity_log/").json()["results"]

    assert [(entry["scope"], entry["activity"]) for entry in entries] == [
        ("Project", "created"),
        ("Organization", "created"),
    ]
    assert entries[1]["user"]["email"] == ada.email
    assert (entries[1]["organization_id"], entries[1]["team_id"]) == (created["id"], None)
    assert ActivityLog.objects.filter(organization=organization).count() == 0


def test_create_organization__settings__stored(client, organization):
    sent = {
        "name": "Engines",
        "default_experiment_stats_method": "frequentist",
        "members_can_invite": False,
        "members_can_use_personal_api_keys": False,
        "is_ai_data_processing_approved": True,
    }

    body = client.post(URL, sent).json()

    assert {name: body[name] for name in sent} == sent


def test_create_organization__repeated_by_a_member_of_it__answered_again(client):
    first = client.post(URL, {"name": "Engines"}, headers=KEY)

    assert_replayed(client.post(URL, {"name": "Engines"}, headers=KEY), first)


def test_create_organization__repeated_by_somebody_removed_since__not_found(client, ada):
    created = client.post(URL, {"name": "Engines"}, headers=KEY).json()
    ada.memberships.filter(organization=created["id"]).delete()

    assert_error(client.post(URL, {"name": "Engines"}, headers=KEY), 404, "not_found")


@pytest.mark.parametrize("name", ["Acme", "ACME!", "???"])
def test_create_organization__name_that_makes_a_known_slug__another_slug(
    client, organization, name
):
    factories.make_organization("organization")

    response = client.post(URL, {"name": name})

    assert response.status_code == 201
    assert len(set(Organization.objects.values_list("slug", flat=True))) == 3


@in_one_test(
    ("values", "attr", "code"),
    [
        ({}, "name", "required"),
        ({"name": None}, "name", "null"),
        ({"name": " "}, "name", "blank"),
        ({"name": "x" * 65}, "name", "max_length"),
        ({"name": "a\0b"}, "name", "null_characters_not_allowed"),
        (
            {"name": "a", "default_experiment_stats_method": "guess"},
            "default_experiment_stats_method",
            "invalid_choice",
        ),
        ({"name": "a", "members_can_invite": "maybe"}, "members_can_invite", "invalid_input"),
    ],
    ids=str,
)
def test_create_organization__value_not_valid__refused(client, organization, values, attr, code):
    assert_invalid(client.post(URL, values), attr, code)
    assert Organization.objects.count() == 1


def test_create_organization__same_idempotency_key__made_once(client, organization):
    headers = {"Idempotency-Key": "once"}

    first = client.post(URL, {"name": "Engines"}, headers=headers)
    second = client.post(URL, {"name": "Engines"}, headers=headers)

    assert second.json() == first.json()
    assert Organization.objects.filter(name="Engines").count() == 1


@pytest.mark.parametrize("restriction", ["project", "organization"])
def test_create_organization__restricted_key__forbidden(ada, project, restriction):
    allowed = {
        "project": {"projects": (project.pk,)},
        "organization": {"organizations": (str(project.organization_id),)},
    }
    client = DocumentedClient(factories.make_key(ada, **allowed[restriction]))

    assert_error(client.post(URL, {"name": "Engines"}), 403, "permission_denied")
    assert Organization.objects.count() == 1


def test_create_organization__nobody__not_authenticated(anonymous, db):
    assert_error(anonymous.post(URL, {"name": "Engines"}), 401, "not_authenticated")


def test_create_organization__key_that_may_only_read__forbidden(ada, organization):
    client = DocumentedClient(factories.make_key(ada, "organization:read"))

    response = client.post(URL, {"name": "Engines"})

    assert_error(response, 403, "permission_denied")
    assert "'organization:write'" in response.json()["detail"]


def test_patch_organizations__on_the_collection__method_not_allowed(client, organization):
    assert_error(client.patch(URL, {}), 405, "method_not_allowed")
