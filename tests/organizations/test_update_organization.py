import pytest

from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.looping import in_one_test


@pytest.fixture
def url(organization):
    return f"/api/organizations/{organization.pk}/"


def test_update_organization__name_and_settings__stored_and_told(admin, edith, organization, url):
    sent = {
        "name": "Acme Ltd",
        "default_experiment_stats_method": "frequentist",
        "members_can_invite": False,
        "is_ai_data_processing_approved": True,
    }

    response = admin.patch(url, sent)

    assert response.status_code == 200
    body = response.json()
    assert {name: body[name] for name in sent} == sent
    assert body == admin.get(url).json()
    organization.refresh_from_db()
    assert (organization.name, organization.slug) == ("Acme Ltd", "acme")
    assert organization.updated_at > organization.created_at
    [entry] = admin.get(f"{url}activity_log/").json()["results"]
    assert (entry["scope"], entry["activity"], entry["item_id"]) == (
        "Organization",
        "updated",
        str(organization.pk),
    )
    assert entry["user"]["email"] == edith.email
    assert [change["field"] for change in entry["detail"]["changes"]] == [
        "name",
        "default_stats_method",
        "members_can_invite",
        "is_ai_data_processing_approved",
    ]


def test_update_organization__put__name_is_needed(admin, url):
    assert_invalid(admin.put(url, {}), "name", "required")
    assert admin.put(url, {"name": "Other"}).json()["name"] == "Other"


def test_update_organization__read_only_fields__ignored(admin, organization, url):
    before = admin.get(url).json()
    sent = {"slug": "x", "membership_level": 15, "member_count": 9, "projects": [], "id": "1"}

    body = admin.patch(url, sent).json()

    assert body | {"updated_at": before["updated_at"]} == before


def test_update_organization__nothing_changed__no_entry(admin, url):
    admin.patch(url, {"name": "Acme"})

    assert admin.get(f"{url}activity_log/").json()["results"] == []


@in_one_test(
    ("values", "attr", "code"),
    [
        ({"name": ""}, "name", "blank"),
        ({"name": "x" * 65}, "name", "max_length"),
        ({"members_can_invite": None}, "members_can_invite", "null"),
        (
            {"default_experiment_stats_method": 7},
            "default_experiment_stats_method",
            "invalid_choice",
        ),
    ],
    ids=str,
)
def test_update_organization__value_not_valid__refused(admin, url, values, attr, code):
    assert_invalid(admin.patch(url, values), attr, code)


def test_update_organization__known_etag__done(admin, url):
    etag = admin.get(url).headers["ETag"]

    response = admin.patch(url, {"name": "New"}, headers={"If-Match": etag})

    assert response.status_code == 200
    assert response.headers["ETag"] == admin.get(url).headers["ETag"]


def test_update_organization__stale_etag__refused(admin, organization, url):
    response = admin.patch(url, {"name": "New"}, headers={"If-Match": '"old"'})

    assert_error(response, 412, "precondition_failed")
    organization.refresh_from_db()
    assert organization.name == "Acme"


def test_update_organization__current__ours(admin, project):
    assert admin.patch("/api/organizations/@current/", {"name": "New"}).json()["name"] == "New"


def test_update_organization__member__forbidden(client, organization, url):
    assert_error(client.patch(url, {"name": "New"}), 403, "permission_denied")
    organization.refresh_from_db()
    assert organization.name == "Acme"


def test_update_organization__of_others__not_found(outsider, url):
    assert_error(outsider.patch(url, {"name": "New"}), 404, "not_found")


def test_update_organization__nobody__not_authenticated(anonymous, url):
    assert_error(anonymous.patch(url, {}), 401, "not_authenticated")


def test_update_organization__key_that_may_only_read__forbidden(edith, url):
    client = DocumentedClient(factories.make_key(edith, "organization:read"))

    assert_error(client.patch(url, {"name": "New"}), 403, "permission_denied")
