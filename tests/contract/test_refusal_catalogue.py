import inspect
from collections.abc import Callable

import pytest

from tenants.services import add_member
from tests import factories
from tests.client import DocumentedClient

pytestmark = pytest.mark.django_db

KEYS = "/api/personal_api_keys/"
CATALOGUE: dict[str, tuple[Callable, int, str, str]] = {}


def refusal(status: int, code: str, words: str):
    def enter(provoke):
        CATALOGUE[provoke.__name__] = (provoke, status, code, words)
        return provoke

    return enter


@refusal(401, "not_authenticated", "Authentication credentials were not provided.")
def no_credentials(anonymous, holdouts):
    return anonymous.get(holdouts)


@refusal(401, "not_authenticated", "Authentication credentials were not provided.")
def header_not_understood(anonymous, holdouts):
    return anonymous.get(holdouts, headers={"Authorization": "Token phx_unknown"})


@refusal(401, "authentication_failed", "Authorization header")
def unknown_key_in_the_header(anonymous, holdouts):
    return anonymous.get(holdouts, headers={"Authorization": "Bearer phx_unknown"})


@refusal(401, "authentication_failed", "body")
def unknown_key_in_the_body(anonymous, holdouts):
    return anonymous.post(holdouts, {"personal_api_key": "phx_unknown"})


@refusal(401, "authentication_failed", "query string")
def unknown_key_in_the_query(anonymous, holdouts):
    return anonymous.get(f"{holdouts}?personal_api_key=phx_unknown")


@refusal(401, "authentication_failed", "Authorization header")
def key_of_an_inactive_user(client, holdouts, ada):
    ada.is_active = False
    ada.save(update_fields=["is_active"])
    return client.get(holdouts)


@refusal(401, "authentication_failed", "Authorization header")
def key_that_was_rolled(client, holdouts, browser, ada):
    key = ada.personal_api_keys.get()
    assert browser.post(f"{KEYS}{key.pk}/roll/").status_code == 200
    return client.get(holdouts)


@refusal(403, "permission_denied", "API key missing required scope 'experiment:write'")
def scope_missing(reader, holdouts):
    return reader.post(holdouts, {"name": "Q3"})


@refusal(403, "permission_denied", "cannot be used with a personal API key")
def action_of_no_key(client, holdouts):
    return client.delete(holdouts)


@refusal(403, "permission_denied", "no access to the requested project: ID ")
def key_of_another_project(ada, holdouts, organization):
    other = factories.make_project(organization, "Other")
    return DocumentedClient(factories.make_key(ada, projects=(other.pk,))).get(holdouts)


@refusal(403, "permission_denied", "work only on project endpoints")
def key_of_projects_elsewhere(ada, project, organization):
    client = DocumentedClient(factories.make_key(ada, projects=(project.pk,)))
    return client.get(f"/api/organizations/{organization.pk}/roles/")


@refusal(403, "permission_denied", "no access to the requested organization: ID ")
def key_of_another_organization(ada, holdouts, foreign_project):
    other = foreign_project.organization
    add_member(organization=other, user=ada, level=1)
    return DocumentedClient(factories.make_key(ada, organizations=(str(other.pk),))).get(holdouts)


@refusal(403, "permission_denied", "'Acme' does not allow personal API keys")
def organization_without_keys(client, holdouts, organization):
    organization.members_can_use_personal_api_keys = False
    organization.save(update_fields=["members_can_use_personal_api_keys"])
    return client.get(holdouts)


@refusal(403, "permission_denied", "You do not have editor access")
def access_level_too_low(client, ada, grace, project, organization):
    grace.memberships.update(level=8)
    holdout = factories.make_holdout(project, grace)
    admin = DocumentedClient(factories.make_key(grace))
    rule = {"resource": "experiment", "access_level": "viewer"}
    rules = f"/api/projects/{project.pk}/resource_access_controls/"
    assert admin.put(rules, rule).status_code == 200
    return client.patch(f"/api/projects/{project.pk}/experiment_holdouts/{holdout.pk}/", {})


@refusal(403, "permission_denied", "no access to this project")
def no_member(outsider, holdouts):
    return outsider.get(holdouts)


@refusal(403, "permission_denied", "Only admins")
def member_who_is_no_admin(client, organization):
    return client.post(f"/api/organizations/{organization.pk}/roles/", {"name": "R"})


@refusal(403, "permission_denied", "@me")
def another_user(client, grace):
    return client.get(f"/api/users/{grace.uuid}/")


@refusal(403, "permission_denied", "cannot be used with a personal API key")
def key_that_lists_keys(client):
    return client.get(KEYS)


@refusal(403, "permission_denied", "no other key")
def key_that_reads_another_key(client, ada):
    other = factories.make_key(ada)
    other_id = DocumentedClient(other).get(f"{KEYS}@current").json()["id"]
    return client.get(f"{KEYS}{other_id}/")


@refusal(403, "permission_denied", "CSRF Failed: CSRF cookie not set.")
def csrf_cookie_missing(session, holdouts):
    return session.post(holdouts, {"name": "Q3"})


@refusal(403, "sensitive_action_required_reauth", "Log in again")
def login_too_long_ago(browser):
    session = browser.session
    session["logged_in_at"] -= 2 * 60 * 60
    session.save()
    return browser.post(KEYS, {})


@refusal(403, "too_many_failed_attempts", "ten minutes")
def too_many_failed_logins(anonymous, db, settings):
    settings.AXES_FAILURE_LIMIT = 1
    return anonymous.post("/api/login", {"email": "nobody@example.com", "password": "x"})


@pytest.fixture
def holdouts(project):
    return f"/api/projects/{project.pk}/experiment_holdouts/"


@pytest.fixture
def browser(ada):
    browser = DocumentedClient()
    browser.force_login(ada)
    return browser


@pytest.mark.parametrize("name", CATALOGUE)
def test_refusal__of_the_catalogue__the_wires_object(request, name):
    provoke, status, code, words = CATALOGUE[name]
    cast = inspect.signature(provoke).parameters

    response = provoke(**{member: request.getfixturevalue(member) for member in cast})

    assert response.status_code == status
    body = response.json()
    assert list(body) == ["type", "code", "detail", "attr"]
    assert (body["type"], body["code"], body["attr"]) == ("authentication_error", code, None)
    assert words in body["detail"]
    assert response.headers.get("WWW-Authenticate") == ("Bearer" if status == 401 else None)
