import re
from contextlib import closing
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command

from tests.client import DOCUMENT
from tests.looping import in_one_test

COMMITTED = Path(__file__).parent.parent / "openapi.yaml"
OPERATIONS = [
    (path, method, operation)
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
]
every_operation = in_one_test(
    "path, method, operation",
    [pytest.param(*each, id=each[2]["operationId"]) for each in OPERATIONS],
)
RESOURCES = ["experiment_holdouts", "experiment_saved_metrics", "experiments"]
COLLECTION = {"get": "list", "post": "create"}
CONTAINER = re.compile(r"^/api/(projects/\{project_id\}|organizations/\{organization_id\})/")
# Below no project and no organization: what people do as themselves, in sessions.
PERSONAL = ("/api/login/", "/api/logout/", "/api/personal_api_keys/", "/api/signup/")
OPEN = ("/api/login/", "/api/login/code/", "/api/logout/", "/api/signup/{id}/")
# They answer and keep nothing.
READING_POSTS = {
    "experiments_calculate_running_time_create",
    "feature_flags_bulk_keys_create",
    "feature_flags_test_evaluation_create",
    "feature_flags_user_blast_radius_create",
    "query_create",
    # To cancel a computation changes nothing of the project.
    "query_destroy",
}
# What was may not be known any more.
REBUILT = {"feature_flags_versions_retrieve"}
# No key may do them.
SESSION_ONLY = {
    "feature_flags_keys_retrieve",
    "organization_feature_flags_retrieve",
    "users_destroy",
}
# They write by a GET, or show or write something of another kind than their own.
OF_TWO_KINDS = {
    "cohorts_persons_retrieve": ["cohort:read", "person:read"],
    "persons_cohorts_retrieve": ["person:read", "cohort:read"],
    "cohorts_duplicate_as_static_cohort_retrieve": ["cohort:write"],
    "feature_flags_create_static_cohort_for_flag_create": ["feature_flag:read", "cohort:write"],
}
MEMBER = {"get": "retrieve", "put": "update", "patch": "partial_update", "delete": "destroy"}


def ids(path: str) -> dict[str, str]:
    return {method: op["operationId"] for method, op in DOCUMENT["paths"][path].items()}


def test_document__generated_afresh__equals_the_committed_one(tmp_path):
    call_command("spectacular", file=tmp_path / "fresh.yaml", validate=True, fail_on_warn=True)

    assert (tmp_path / "fresh.yaml").read_text() == COMMITTED.read_text()


@pytest.mark.parametrize("resource", RESOURCES)
def test_operation_ids__of_a_resource__known_to_clients(resource):
    path = f"/api/projects/{{project_id}}/{resource}/"

    assert ids(path) == {method: f"{resource}_{verb}" for method, verb in COLLECTION.items()}
    assert ids(f"{path}{{id}}/") == {
        method: f"{resource}_{verb}" for method, verb in MEMBER.items()
    }


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/api/organizations/{id}/", ""),
        ("/api/organizations/{organization_id}/projects/{id}/", "organizations_projects_"),
        ("/api/organizations/{organization_id}/members/{user__uuid}/", "members_"),
        ("/api/projects/{id}/", "projects_"),
    ],
)
def test_operation_ids__of_containers__known_to_clients(path, name):
    assert ids(path).items() <= {method: f"{name}{verb}" for method, verb in MEMBER.items()}.items()


def test_operation_ids__any__once():
    names = [operation["operationId"] for _, _, operation in OPERATIONS]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    "path",
    [
        "/api/users/{uuid}/",
        "/api/organizations/{id}/",
        "/api/projects/{id}/",
        "/api/organizations/{organization_id}/projects/{id}/",
    ],
)
def test_path_parameters__words_with_an_at__text(path):
    parameters = DOCUMENT["paths"][path]["get"]["parameters"]
    places = [parameter for parameter in parameters if parameter["in"] == "path"]

    assert {place["schema"]["type"] for place in places} == {"string"}
    assert "`@" in places[0]["description"]


@every_operation
def test_operation__any__tells_what_a_client_must_know(path, method, operation):
    assert operation["summary"]
    assert operation["description"]
    assert operation["tags"] == [CONTAINER.sub("/api/", path).split("/")[2]]
    assert operation["x-explicit-tags"]
    assert all(response["description"] for response in operation["responses"].values())
    assert {"401", "403", "404", "default"} <= operation["responses"].keys()
    if method != "get":
        assert {"400", "409", "413", "415"} <= operation["responses"].keys()


@every_operation
def test_operation__any__tells_of_conditions_and_repetitions(path, method, operation):
    parameters = operation.get("parameters", [])
    headers = {each["name"] for each in parameters if each["in"] == "header"}
    successes = [status for status in operation["responses"] if status < "300"]
    # Changes of what is there already: every step stands below an id, unlike a collection.
    is_change = method in ("put", "patch", "delete") or ("{id}" in path and path not in OPEN)

    assert ("If-None-Match" in headers, "304" in operation["responses"]) == (method == "get",) * 2
    is_conditional = method != "get" and is_change and successes != []
    assert ("If-Match" in headers, "412" in operation["responses"]) == (is_conditional,) * 2
    # The answer would have to be kept: a key's value, a session's beginning.
    is_repeatable = method == "post" and not path.startswith(PERSONAL)
    assert ("Idempotency-Key" in headers) == is_repeatable
    is_rebuilt = operation["operationId"] in REBUILT
    assert ("422" in operation["responses"]) == (is_repeatable or is_rebuilt)
    if method == "get":
        assert "ETag" in operation["responses"]["200"]["headers"]


@every_operation
def test_operation__any__names_the_scope_it_needs(path, method, operation):
    if path.startswith(PERSONAL):
        return
    [(scheme, scopes)] = [pair for need in operation["security"] for pair in need.items()]

    if operation["operationId"] in SESSION_ONLY:
        assert (scheme, scopes) == ("SessionAuth", [])
        return
    assert DOCUMENT["components"]["securitySchemes"][scheme] == {"type": "http", "scheme": "bearer"}
    if operation["operationId"] in OF_TWO_KINDS:
        assert scopes == OF_TWO_KINDS[operation["operationId"]]
        return
    is_read = method == "get" or operation["operationId"] in READING_POSTS
    level = "read" if is_read else "write"
    assert [re.fullmatch(rf"[a-z_]+:{level}", scope) is not None for scope in scopes] == [True]


@every_operation
def test_operation__personal__needs_a_session_or_nothing(path, method, operation):
    if not path.startswith(PERSONAL):
        return
    is_open = path in OPEN
    by_itself = (
        [{"PersonalAPIKeyAuth": []}] if operation["operationId"].endswith("_retrieve") else []
    )

    wanted = [] if is_open else [*by_itself, {"SessionAuth": []}]
    assert operation.get("security", []) == wanted


def test_path_parameters__any__described():
    parameters = [
        parameter
        for _, _, operation in OPERATIONS
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "path"
    ]

    assert all(parameter["required"] and parameter["description"] for parameter in parameters)
    assert {
        parameter["schema"]["type"] for parameter in parameters if parameter["name"] == "project_id"
    } == {"string"}


def test_delete_experiment__documented__never_succeeds():
    operation = DOCUMENT["paths"]["/api/projects/{project_id}/experiments/{id}/"]["delete"]

    assert "405" in operation["responses"]
    assert [status for status in operation["responses"] if status.startswith("2")] == []


@pytest.mark.parametrize("name", ["Experiment", "Holdout", "SavedMetric"])
def test_components__of_a_resource__page_patch_and_answer(name):
    schemas = DOCUMENT["components"]["schemas"]
    page = schemas[f"Paginated{name}List"]

    assert page["required"] == ["count", "results"]
    assert page["properties"]["count"]["example"] == 123
    assert page["properties"]["next"]["type"] == ["string", "null"]
    assert page["properties"]["next"]["example"].endswith("/?offset=400&limit=100")
    assert page["properties"]["results"]["items"] == {"$ref": f"#/components/schemas/{name}"}
    assert "required" not in schemas[f"Patched{name}Request"]
    # Shown by experiments that have some.
    sometimes = {"tags"} if name == "Experiment" else set()
    assert sorted(schemas[name]["properties"].keys() - sometimes) == schemas[name]["required"]


def test_schema__no_wish__yaml_for_anyone(anonymous):
    response = anonymous.get("/api/schema/")

    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("application/vnd.oai.openapi")
    assert yaml.safe_load(response.content) == DOCUMENT


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("?format=json", {}),
        ("", {"accept": "application/json"}),
        ("", {"accept": "application/vnd.oai.openapi+json"}),
    ],
)
def test_schema__json_wanted__json(anonymous, query, headers):
    response = anonymous.get(f"/api/schema/{query}", headers=headers)

    assert response.status_code == 200
    assert response.json() == DOCUMENT


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["swagger-ui", "redoc"])
def test_schema_page__any__needs_nothing_from_elsewhere(anonymous, page):
    response = anonymous.get(f"/api/schema/{page}/")

    assert response.status_code == 200
    text = response.content.decode()
    assert re.findall(r"https?://", text) == []
    assert page == "redoc" or '"filter": true' in text
    assets = re.findall(r'(?:src|href)="([^"]+)"', text)
    assert assets
    for asset in assets:
        assert asset.startswith("/static/")
        with closing(anonymous.get(asset)) as answer:
            assert answer.status_code == 200
