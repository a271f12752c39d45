import pytest

from experiments import urls as experiment_urls
from tests.assertions import assert_error
from tests.client import Client, DocumentedClient
from tests.looping import in_one_test

RESOURCES = ["experiments", "experiment_holdouts", "experiment_saved_metrics"]
NEW = {
    "experiments": {"name": "New", "feature_flag_key": "new"},
    "experiment_holdouts": {"name": "New"},
    "experiment_saved_metrics": {
        "name": "New",
        "query": {
            "kind": "ExperimentMetric",
            "metric_type": "mean",
            "source": {"kind": "EventsNode", "event": "$pageview"},
        },
    },
}


@pytest.fixture(params=RESOURCES)
def resource(request):
    return request.param


@pytest.fixture
def row(resource, experiment, holdout, saved_metric):
    rows = {"experiments": experiment, "experiment_holdouts": holdout}
    return rows.get(resource, saved_metric)


@pytest.fixture(params=["projects", "environments"])
def collection(request, project, resource):
    return f"/api/{request.param}/{project.pk}/{resource}"


@in_one_test("slash", ["", "/"])
def test_collection__slash_or_none__lists(client, collection, row, slash):
    response = client.get(collection + slash)

    assert [shown["id"] for shown in response.json()["results"]] == [row.pk]


@pytest.mark.parametrize("slash", ["", "/"])
def test_collection__slash_or_none__creates(client, collection, resource, slash):
    response = client.post(collection + slash, NEW[resource])

    assert response.status_code == 201
    assert response.json()["name"] == "New"


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize(
    ("method", "statuses"),
    [("get", {200}), ("head", {200}), ("options", {200}), ("patch", {200}), ("delete", {204, 405})],
)
def test_row__slash_or_none__answers(client, collection, row, slash, method, statuses):
    response = getattr(client, method)(f"{collection}/{row.pk}{slash}", {})

    assert response.status_code in statuses


@pytest.mark.parametrize("slash", ["", "/"])
def test_row__slash_or_none__replaced(client, collection, resource, row, slash):
    body = dict(NEW[resource])
    if resource == "experiments":
        body["feature_flag_key"] = row.feature_flag.key

    response = client.put(f"{collection}/{row.pk}{slash}", body)

    assert response.status_code == 200
    assert response.json()["name"] == "New"


@in_one_test("suffix", [".json", ".json/"])
def test_suffix__json__answers_as_without(client, collection, row, suffix):
    assert client.get(collection + suffix).json() == client.get(collection).json()
    row_url = f"{collection}/{row.pk}"
    assert client.get(row_url + suffix).json() == client.get(row_url).json()


def test_suffix__json_when_creating__answers_as_without(client, collection, resource):
    assert client.post(f"{collection}.json", NEW[resource]).status_code == 201


def test_suffix__other__not_found(client, collection):
    assert_not_found(client.get(f"{collection}.xml"))


def test_head__where_get_works__same_headers_no_body(client, collection, row):
    response = client.head(f"{collection}/")

    assert response.status_code == 200
    assert response.content == b""
    assert response.headers["Content-Type"] == "application/json"


def test_options__key_that_may_write__metadata_with_actions(client, collection):
    body = client.options(f"{collection}/").json()

    assert set(body) == {"name", "description", "renders", "parses", "actions"}
    assert body["renders"] == ["application/json"]
    assert body["parses"] == [
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    ]


def test_options__key_that_may_only_read__metadata_without_actions(reader, collection):
    body = reader.options(f"{collection}/").json()

    assert set(body) == {"name", "description", "renders", "parses"}


def test_options__nobody__not_authenticated(anonymous, collection):
    assert_error(anonymous.options(f"{collection}/"), 401, "not_authenticated")


def test_allow__collection__its_methods(client, collection):
    response = client.get(f"{collection}/")

    assert response.headers["Allow"] == "GET, POST, HEAD, OPTIONS"


def test_allow__row__its_methods(client, collection, row):
    response = client.get(f"{collection}/{row.pk}/")

    # Experiments are hidden by PATCH, not deleted.
    deletes = "" if collection.endswith("/experiments") else "DELETE, "
    assert response.headers["Allow"] == f"GET, PUT, PATCH, {deletes}HEAD, OPTIONS"


@in_one_test("tail", ["//", "/1//", "//1/", "/1/nothing/", "s/"])
def test_path__almost_right__not_found(client, collection, tail):
    response = client.get(collection + tail)

    assert_not_found(response)


@in_one_test("method", ["get", "post", "put", "patch", "delete", "options"])
@in_one_test(
    "path",
    [
        pytest.param("/api/nothing/", id="resource"),
        pytest.param("/api/nothing", id="no_slash"),
        pytest.param("/api", id="api"),
        pytest.param("/api/", id="api_slash"),
        pytest.param("/api/projects/1/nothing/", id="in_a_project"),
        pytest.param("/api//projects/1/experiments/", id="double_slash"),
        pytest.param("/api/projects//experiments/", id="no_project"),
        pytest.param("/api/%00", id="null_character"),
        pytest.param("/api/%FF%FE", id="not_utf_8"),
        pytest.param("/api/x%0Ay", id="line_feed"),
        pytest.param("/api/" + "x" * 10_000, id="very_long"),
        pytest.param("/nothing", id="outside"),
        pytest.param("/_livez/", id="probe_with_slash"),
        pytest.param("/static/../settings.py", id="climbing"),
        pytest.param("/static/%00", id="static_null_character"),
    ],
)
def test_path__unknown__not_found_without_authentication(method, path):
    response = getattr(DocumentedClient(), method)(path)

    assert_not_found(response)
    assert response.json()["detail"].startswith("There is no endpoint")
    assert "/api/schema/swagger-ui/" in response.json()["detail"]


def test_path__unknown_and_head__not_found_without_body():
    response = Client().head("/api/nothing/")

    assert response.status_code == 404
    assert response.content == b""


def assert_not_found(response):
    assert_error(response, 404, "not_found")
    assert response.json()["type"] == "invalid_request"
    assert response.headers["Content-Type"] == "application/json"


@in_one_test("method", ["post", "put", "patch", "delete"])
def test_unknown_path__written_to_by_a_browser__not_found(method):
    browser = DocumentedClient(enforce_csrf_checks=True)

    response = getattr(browser, method)("/api/projects/1/nowhere/")

    assert_error(response, 404, "not_found")


def test_routes__of_one_word__done_with_by_one_comparison():
    [below] = experiment_urls.router.urls

    assert str(below.pattern) == "experiments"
    assert len(below.url_patterns) > 20
