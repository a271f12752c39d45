from uuid import UUID

import pytest

from tests import factories
from tests.client import DOCUMENT, DocumentedClient
from users.models import PersonalAPIKey

OPEN = ("/api/login/", "/api/login/code/", "/api/logout/", "/api/signup/{id}/")
OPERATIONS = [
    (method, path)
    for path, operations in DOCUMENT["paths"].items()
    for method in operations
    if path not in OPEN
]
UNSAFE = [(method, path) for method, path in OPERATIONS if method != "get"]


@pytest.fixture
def url(project, organization):
    def fill(path):
        known = {
            "/projects/{id}/": f"/projects/{project.pk}/",
            "/organizations/{id}/": f"/organizations/{organization.pk}/",
            "{project_id}": str(project.pk),
            "{organization_id}": str(organization.pk),
            "{uuid}": "@me",
            "{run_id}": str(UUID(int=1)),
        }
        for template, value in known.items():
            path = path.replace(template, value)
        return path.format_map(Anything())

    return fill


class Anything(dict[str, str]):
    def __missing__(self, name):
        return "1"


def answers(client, operations, url):
    for method, path in operations:
        response = getattr(client, method)(url(path))
        yield f"{method} {path}", response.status_code, response.json()


def test_every_operation__nobody__not_authenticated(anonymous, url):
    passed = [
        name
        for name, status, body in answers(anonymous, OPERATIONS, url)
        if (status, body["code"]) != (401, "not_authenticated")
    ]

    assert passed == []


def test_every_operation__key_without_scopes__forbidden(ada, url):
    client = DocumentedClient(factories.make_key(ada))
    PersonalAPIKey.objects.update(scopes=[])

    passed = [
        name
        for name, status, body in answers(client, OPERATIONS, url)
        if (status, body["code"]) != (403, "permission_denied")
    ]

    # A key may read itself, and there is no key with the id 1.
    assert passed == ["get /api/personal_api_keys/{id}/"]


def test_every_operation__change_by_session_without_csrf_token__forbidden(session, url):
    passed = [
        name
        for name, status, body in answers(session, UNSAFE, url)
        if status != 403 or not body["detail"].startswith("CSRF Failed:")
    ]

    assert passed == []
