import pytest
from django.test import Client

from tests.factories import make_key

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


@pytest.fixture
def holdouts(project):
    return f"/api/projects/{project.pk}/experiment_holdouts/"


@pytest.fixture
def _https_only(settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 3600
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


def secured(response):
    return {name: response.headers.get(name) for name in HEADERS}


@pytest.mark.parametrize(
    "path", ["/admin/login/", "/nowhere", "/api/nowhere/", "/api/schema/redoc/"]
)
def test_headers__page__secure(db, path):
    assert secured(Client().get(path)) == HEADERS


def test_headers__answers_and_refusals_of_the_api__secure(client, anonymous, holdouts):
    for response in (
        client.get(holdouts),
        client.post(holdouts, {}),
        anonymous.get(holdouts),
        client.post(holdouts, "x", content_type="text/plain"),
    ):
        assert secured(response) == HEADERS


def test_headers__body_too_large__secure(client, holdouts, settings):
    settings.MAX_BODY_BYTES = 10

    response = client.post(holdouts, {"name": "more than ten bytes"})

    assert response.status_code == 413
    assert secured(response) == HEADERS | {"X-Frame-Options": None}


@pytest.fixture
def outside(_https_only, ada):
    # Its middleware reads the settings anew.
    return Client(headers={"Authorization": f"Bearer {make_key(ada)}"})


def test_https_only__plain_http__redirected(outside, holdouts):
    response = outside.get(holdouts)

    assert (response.status_code, response.headers["Location"]) == (
        301,
        f"https://testserver{holdouts}",
    )


def test_https_only__proxy_speaks_https__answered_and_to_be_remembered(outside, holdouts):
    response = outside.get(holdouts, headers={"X-Forwarded-Proto": "https"})

    assert response.status_code == 200
    assert response.headers["Strict-Transport-Security"] == "max-age=3600"


@pytest.mark.usefixtures("_https_only")
@pytest.mark.parametrize("path", ["/_livez", "/_readyz", "/_health", "/_metrics"])
def test_https_only__question_from_inside__answered(db, path):
    assert Client().get(path).status_code in (200, 404)
