import pytest

from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.looping import in_one_test

ORIGIN = "https://app.example.com"


@pytest.fixture
def _named_origins(settings):
    settings.CORS_ALLOW_ALL_ORIGINS = False
    settings.CORS_ALLOWED_ORIGINS = [ORIGIN]
    settings.CORS_ALLOW_CREDENTIALS = True
    settings.CSRF_TRUSTED_ORIGINS = [ORIGIN]


@pytest.fixture
def holdouts(project):
    return f"/api/projects/{project.pk}/experiment_holdouts/"


def preflight(path="/api/projects/1/experiments/", method="PATCH", origin=ORIGIN):
    return DocumentedClient().options(
        path,
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "authorization,content-type,x-csrftoken",
        },
    )


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_preflight__any_origin__allowed(method):
    response = preflight(method=method)

    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert method in response.headers["Access-Control-Allow-Methods"]


def test_preflight__any_origin__the_headers_clients_send_are_allowed():
    allowed = preflight().headers["Access-Control-Allow-Headers"]

    assert {"authorization", "content-type", "x-csrftoken", "x-posthog-client"} <= set(
        allowed.split(", ")
    )


TRACING = """
    traceparent tracestate baggage sentry-trace b3 x-b3-traceid x-b3-spanid x-b3-parentspanid
    x-b3-sampled x-b3-flags x-datadog-trace-id x-datadog-parent-id x-datadog-origin
    x-datadog-sampling-priority x-datadog-sampled x-datadog-tags x-posthog-session-id
    x-posthog-distinct-id x-posthog-window-id
"""


@pytest.mark.parametrize("header", TRACING.split())
def test_preflight__page_with_tracing__its_headers_are_allowed(header):
    allowed = preflight().headers["Access-Control-Allow-Headers"]

    assert header in allowed.split(", ")


def test_preflight__any_origin__no_credentials():
    assert "Access-Control-Allow-Credentials" not in preflight().headers


def test_preflight__unknown_path_of_the_api__allowed():
    assert preflight("/api/nothing/").status_code == 200


@pytest.mark.parametrize("path", ["/admin/login/", "/nothing"])
def test_preflight__outside_the_api__not_allowed(path):
    assert "Access-Control-Allow-Origin" not in preflight(path).headers


@pytest.mark.usefixtures("_named_origins")
def test_preflight__named_origin__allowed_with_credentials():
    response = preflight()

    assert response.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert response.headers["Access-Control-Allow-Credentials"] == "true"


@pytest.mark.parametrize("origin", ["https://evil.example.com", f"{ORIGIN}.evil.com", "null"])
@pytest.mark.usefixtures("_named_origins")
def test_preflight__origin_not_named__not_allowed(origin):
    assert "Access-Control-Allow-Origin" not in preflight(origin=origin).headers


def test_answer__any_origin__may_be_read(client, project):
    response = client.get(f"/api/projects/{project.pk}/experiments/", headers={"Origin": ORIGIN})

    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("method", "path", "size", "status"),
    [
        pytest.param("GET", "/api/projects/1/experiments/", 0, 401, id="not_authenticated"),
        pytest.param("GET", "/api/nothing/", 0, 404, id="unknown_path"),
        pytest.param("POST", "/api/projects/1/experiments/", 6_000_000, 413, id="too_large"),
    ],
)
def test_refusal__any_origin__may_be_read(anonymous, method, path, size, status):
    response = anonymous.generic(method, path, "x" * size, "text/plain", HTTP_ORIGIN=ORIGIN)

    assert response.status_code == status
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.usefixtures("_named_origins")
def test_answer__named_origins__caches_keep_them_apart(client, project):
    response = client.get(f"/api/projects/{project.pk}/experiments/", headers={"Origin": ORIGIN})

    assert "origin" in response.headers["Vary"].lower()


def test_preflight__any_origin__conditional_and_repeated_requests_are_allowed():
    allowed = preflight().headers["Access-Control-Allow-Headers"]

    assert {"if-match", "if-none-match", "idempotency-key"} <= set(allowed.split(", "))


def test_answer__any_origin__what_a_client_acts_on_may_be_read(client, project):
    response = client.get(f"/api/projects/{project.pk}/experiments/", headers={"Origin": ORIGIN})

    exposed = response.headers["Access-Control-Expose-Headers"]
    assert {"ETag", "Retry-After", "Idempotent-Replayed", "X-CSRFToken"} <= set(exposed.split(", "))


@pytest.mark.usefixtures("_named_origins")
def test_session__named_origin__told_the_token_to_write_with(session, holdouts):
    token = session.get(holdouts, headers={"Origin": ORIGIN}).headers["X-CSRFToken"]

    response = session.post(
        holdouts, {"name": "H"}, headers={"Origin": ORIGIN, "X-CSRFToken": token}
    )

    assert response.status_code == 201
    assert response.headers["X-CSRFToken"]


@pytest.mark.usefixtures("_named_origins")
def test_session__named_origin_without_token__refused(session, holdouts):
    session.get(holdouts, headers={"Origin": ORIGIN})

    response = session.post(holdouts, {"name": "H"}, headers={"Origin": ORIGIN})

    assert_error(response, 403, "permission_denied")
    assert response.json()["detail"].startswith("CSRF Failed:")


@pytest.mark.usefixtures("_named_origins")
@in_one_test("origin", ["https://evil.example.com", "null"])
def test_session__origin_not_named__not_told_and_refused(session, holdouts, origin):
    token = session.get(holdouts, headers={"Origin": ORIGIN}).headers["X-CSRFToken"]

    read = session.get(holdouts, headers={"Origin": origin})
    written = session.post(
        holdouts, {"name": "H"}, headers={"Origin": origin, "X-CSRFToken": token}
    )

    assert "X-CSRFToken" not in read.headers
    assert_error(written, 403, "permission_denied")
    assert "Origin checking failed" in written.json()["detail"]


@in_one_test("headers", [{}, {"Origin": ORIGIN}], ids=["same_origin", "any_origin"])
def test_session__no_origin_named__not_told(session, holdouts, headers):
    assert "X-CSRFToken" not in session.get(holdouts, headers=headers).headers


@pytest.mark.usefixtures("_named_origins")
def test_key__named_origin__needs_no_token_and_gets_no_cookie(client, holdouts):
    response = client.post(holdouts, {"name": "H"}, headers={"Origin": ORIGIN})

    assert response.status_code == 201
    assert "X-CSRFToken" not in response.headers
    assert not response.cookies
