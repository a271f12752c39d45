import pytest

from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.looping import in_one_test


@pytest.fixture
def url(project):
    return f"/api/projects/{project.pk}/experiment_holdouts/"


@pytest.mark.parametrize("who", ["client", "anonymous"])
@pytest.mark.parametrize("accept", ["text/html", "text/html, text/*;q=0.5", "json", "application"])
def test_refusal__accept_excludes_json__not_acceptable(request, url, who, accept):
    response = request.getfixturevalue(who).get(url, headers={"Accept": accept})

    assert_refused(response, 406, "not_acceptable")


@pytest.mark.parametrize(
    "accept",
    [
        pytest.param("*/*", id="anything"),
        pytest.param("application/*", id="any_application"),
        pytest.param("text/html, */*;q=0.8", id="a_browser"),
        pytest.param("application/json; charset=utf-8", id="with_charset"),
        pytest.param("application/json; indent=x", id="odd_indent"),
        pytest.param("application/json; indent=99999999999999", id="huge_indent"),
        pytest.param("APPLICATION/JSON", id="upper_case"),
    ],
)
def test_accept__includes_json__json(client, url, accept):
    response = client.get(url, headers={"Accept": accept})

    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("application/json")


@pytest.mark.parametrize("who", ["client", "anonymous"])
@pytest.mark.parametrize("name", ["xml", "api", "html", "%00"])
def test_refusal__unknown_format__not_found(request, url, who, name):
    response = request.getfixturevalue(who).get(f"{url}?format={name}")

    assert_refused(response, 404, "not_found")


def test_format__json__works(client, url):
    assert client.get(f"{url}?format=json").status_code == 200


@in_one_test(
    "host",
    [
        pytest.param("evil.example.com", id="unknown"),
        pytest.param("testserver/x", id="with_path"),
        pytest.param("test server", id="space"),
        pytest.param("", id="empty"),
        pytest.param("[::1", id="half_an_address"),
        pytest.param("\x00", id="null_character"),
    ],
)
@in_one_test("path", ["experiment_holdouts/", "unknown/"])
def test_refusal__host_not_allowed__malformed(client, project, host, path):
    response = client.get(f"/api/projects/{project.pk}/{path}", HTTP_HOST=host)

    assert_refused(response, 400, "parse_error")
    assert "Host" in response.json()["detail"]


def test_refusal__too_many_query_parameters__malformed(client, url):
    query = "&".join(f"a{number}=1" for number in range(1500))

    response = client.get(f"{url}?{query}")

    assert_refused(response, 400, "parse_error")


@pytest.mark.parametrize("query", ["%ff=%ff", "a=%00", "a;b", "&&&", "=", "a=" + "b" * 50_000])
def test_query__garbage__ignored(client, url, query):
    assert client.get(f"{url}?{query}").status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Origin", "http://["),
        ("Origin", "\xff"),
        ("Referer", "http://["),
        ("If-None-Match", "\x00"),
        ("If-Modified-Since", "never"),
        ("Range", "bytes=9-1"),
        ("X-Forwarded-For", "\x00"),
        ("X-CSRFToken", "\xff"),
    ],
)
def test_header__garbage__harmless(client, url, method, header, value):
    response = getattr(client, method)(url, {"name": "Q3"}, headers={header: value})

    assert response.status_code in (200, 201)


def test_method_override__header__ignored(client, url, holdout):
    response = client.get(f"{url}{holdout.pk}/", headers={"X-HTTP-Method-Override": "DELETE"})

    assert response.status_code == 200
    assert client.get(url).json()["count"] == 1


def test_refusal__malformed_json__parse_error(client, url):
    response = client.post(url, '{"name": }', content_type="application/json")

    assert_refused(response, 400, "parse_error")
    assert response.json()["detail"].startswith("JSON parse error - ")


def test_refusal__every_kind__is_json_of_four_members_and_carries_allow(client, url):
    for response in (
        client.get(f"{url}999999/"),
        client.patch(url),
        client.post(url, {}),
        client.post(url, "x", content_type="text/plain"),
        DocumentedClient().get(url),
    ):
        assert response.status_code >= 400
        assert response.headers["Content-Type"] == "application/json"
        assert list(response.json()) == ["type", "code", "detail", "attr"]
        assert "GET" in response.headers["Allow"]


def assert_refused(response, status, code):
    assert_error(response, status, code)
    assert response.json()["type"] == "invalid_request"
