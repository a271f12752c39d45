import pytest

from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.looping import in_one_test

SETTINGS = {
    "name": "Web shop",
    "product_description": "Sells hats.",
    "timezone": "Europe/Berlin",
    "week_start_day": 1,
    "app_urls": ["https://shop.example.com"],
    "anonymize_ips": True,
    "test_account_filters": [{"key": "email", "value": "@acme", "operator": "icontains"}],
    "test_account_filters_default_checked": True,
    "flags_persistence_default": True,
    "default_experiment_stats_method": "frequentist",
    "default_experiment_confidence_level": "0.90",
}


@pytest.fixture
def url(project):
    return f"/api/projects/{project.pk}/"


@in_one_test("method", ["patch", "put"])
def test_update_project__settings__stored_and_told(admin, edith, project, url, method):
    response = getattr(admin, method)(url, SETTINGS)

    assert response.status_code == 200
    body = response.json()
    assert {name: body[name] for name in SETTINGS} == SETTINGS
    assert body == admin.get(url).json()
    project.refresh_from_db()
    assert (project.name, project.timezone) == ("Web shop", "Europe/Berlin")
    [entry] = admin.get(f"{url}activity_log/", {"scope": "Project"}).json()["results"]
    assert (entry["activity"], entry["item_id"]) == ("updated", str(project.pk))
    assert (entry["team_id"], entry["user"]["email"]) == (project.pk, edith.email)
    changes = {each["field"]: each for each in entry["detail"]["changes"]}
    assert len(changes) == len(SETTINGS)
    assert (changes["name"]["before"], changes["name"]["after"]) == ("Shop", "Web shop")


def test_update_project__below_its_organization__the_same(admin, organization, project, url):
    nested = f"/api/organizations/{organization.pk}/projects/{project.pk}/"

    body = admin.patch(nested, {"name": "Web shop"}).json()

    assert body["name"] == "Web shop"
    assert body == admin.get(url).json()


def test_update_project__null__emptied(admin, url):
    admin.patch(url, SETTINGS)
    sent = {
        "product_description": None,
        "week_start_day": None,
        "test_account_filters_default_checked": None,
        "flags_persistence_default": None,
        "default_experiment_stats_method": None,
        "default_experiment_confidence_level": None,
    }

    body = admin.patch(url, sent).json()

    assert {name: body[name] for name in sent} == sent


def test_update_project__read_only_and_unknown_fields__ignored(admin, project, url):
    before = admin.get(url).json()
    sent = {
        "id": 7,
        "organization": "0190a1b2-0000-7000-8000-000000000000",
        "api_token": "phc_mine",
        "uuid": "0190a1b2-0000-7000-8000-000000000000",
        "user_access_level": "admin",
        "is_demo": True,
        "nonsense": 1,
    }

    body = admin.patch(url, sent).json()

    assert body | {"updated_at": before["updated_at"]} == before


def test_update_project__what_was_read__accepted(admin, url):
    before = admin.get(url).json()

    response = admin.put(url, before)

    assert response.status_code == 200
    assert response.json() | {"updated_at": before["updated_at"]} == before
    assert admin.get(f"{url}activity_log/").json()["results"] == []


@pytest.mark.parametrize("level", [0.9, "0.9", 0.95, 0.01])
def test_update_project__confidence_level__a_share(admin, url, level):
    body = admin.patch(url, {"default_experiment_confidence_level": level}).json()

    assert float(body["default_experiment_confidence_level"]) == float(level)


@in_one_test(
    ("values", "attr", "code"),
    [
        ({"name": ""}, "name", "blank"),
        ({"name": None}, "name", "null"),
        ({"name": "x" * 201}, "name", "max_length"),
        ({"product_description": "x" * 1001}, "product_description", "max_length"),
        ({"timezone": "Mars/Olympus"}, "timezone", "invalid_choice"),
        ({"timezone": "../etc/passwd"}, "timezone", "invalid_choice"),
        ({"timezone": "utc "}, "timezone", "invalid_choice"),
        ({"timezone": None}, "timezone", "null"),
        ({"timezone": 1}, "timezone", "invalid_choice"),
        ({"week_start_day": 2}, "week_start_day", "invalid_choice"),
        ({"app_urls": "x"}, "app_urls", "not_a_list"),
        ({"app_urls": ["ok", {}]}, "app_urls__1", "invalid_input"),
        ({"app_urls": ["x" * 201]}, "app_urls__0", "max_length"),
        ({"anonymize_ips": None}, "anonymize_ips", "null"),
        ({"anonymize_ips": "maybe"}, "anonymize_ips", "invalid_input"),
        ({"test_account_filters": {}}, "test_account_filters", "invalid_input"),
        ({"test_account_filters": ["x"]}, "test_account_filters", "invalid_input"),
        ({"test_account_filters": [{"a": "\0"}]}, "test_account_filters", "invalid_input"),
        *(
            ({"test_account_filters": [part]}, "test_account_filters", "invalid_input")
            for part in ({"type": ["a"]}, {"key": 1}, {"operator": {}})
        ),
        ({"test_account_filters": None}, "test_account_filters", "null"),
        ({"flags_persistence_default": 7}, "flags_persistence_default", "invalid_input"),
        (
            {"default_experiment_stats_method": "guess"},
            "default_experiment_stats_method",
            "invalid_choice",
        ),
        *(
            (
                {"default_experiment_confidence_level": level},
                "default_experiment_confidence_level",
                code,
            )
            for level, code in [
                (0, "min_value"),
                (1, "max_value"),
                (95, "max_whole_digits"),
                (0.955, "max_decimal_places"),
                ("NaN", "invalid_input"),
                ("much", "invalid_input"),
                (True, "invalid_input"),
            ]
        ),
    ],
    ids=str,
)
def test_update_project__value_not_valid__refused(admin, project, url, values, attr, code):
    assert_invalid(admin.patch(url, {"anonymize_ips": True} | values), attr, code)
    project.refresh_from_db()
    assert project.anonymize_ips is False


def test_update_project__known_etag__done(admin, url):
    etag = admin.get(url).headers["ETag"]

    response = admin.patch(url, {"name": "New"}, headers={"If-Match": etag})

    assert response.status_code == 200
    assert response.headers["ETag"] == admin.get(url).headers["ETag"]


def test_update_project__stale_etag__refused(admin, project, url):
    response = admin.patch(url, {"name": "New"}, headers={"If-Match": '"old"'})

    assert_error(response, 412, "precondition_failed")
    project.refresh_from_db()
    assert project.name == "Shop"


def test_update_project__member__forbidden(client, project, url):
    assert_error(client.patch(url, {"name": "New"}), 403, "permission_denied")
    project.refresh_from_db()
    assert project.name == "Shop"


@in_one_test("prefix", ["", "/api/organizations/{organization}"])
def test_update_project__of_others__refused(outsider, project, url, prefix):
    path = prefix.format(organization=project.organization_id) + (
        f"/projects/{project.pk}/" if prefix else url
    )

    status, code = (403, "permission_denied") if prefix else (404, "not_found")
    assert_error(outsider.patch(path, {"name": "New"}), status, code)


def test_update_project__nobody__not_authenticated(anonymous, url):
    assert_error(anonymous.patch(url, {}), 401, "not_authenticated")


def test_update_project__key_that_may_only_read__forbidden(edith, url):
    client = DocumentedClient(factories.make_key(edith, "project:read"))

    response = client.patch(url, {"name": "New"})

    assert_error(response, 403, "permission_denied")
    assert "'project:write'" in response.json()["detail"]
