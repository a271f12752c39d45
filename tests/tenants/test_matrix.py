from uuid import UUID

import pytest
from rest_framework.response import Response

from tenants.models import Membership
from tests import factories
from tests.client import DOCUMENT, DocumentedClient
from tests.tenants.matrix import MATRIX, WRITES, Place
from users.models import PersonalAPIKey

OPERATIONS = [
    (method, template)
    for template, operations in DOCUMENT["paths"].items()
    for method in operations
    if method != "parameters" and template in MATRIX
]
GUARDED = [pair for pair in OPERATIONS if MATRIX[pair[1]].place is not Place.OPEN]
WRITING = [pair for pair in GUARDED if pair[0] in WRITES]
every_guarded = pytest.mark.parametrize(("method", "template"), GUARDED)
NOBODY = UUID(int=0)


def scopes_of(method: str, template: str) -> list[str]:
    security = DOCUMENT["paths"][template][method].get("security", [])
    return [scope for scheme in security for scope in scheme.get("PersonalAPIKeyAuth", [])]


@pytest.fixture
def send(project):
    def request(client: DocumentedClient, method: str, template: str) -> Response:
        organization_id = project.organization_id
        owner = "projects" if "/projects/{id}/" in template else "organizations"
        values = {
            "project_id": project.pk,
            "organization_id": organization_id,
            "uuid": "@me",
            "user__uuid": NOBODY,
            "id": {"projects": project.pk, "organizations": organization_id}[owner]
            if MATRIX[template].place
            in (Place.THE_PROJECT, Place.THE_ORGANIZATION, Place.PROJECT_OF_ORGANIZATION)
            else NOBODY,
            "role_id": NOBODY,
            "run_id": NOBODY,
            "version": 1,
        }
        return client.generic(method.upper(), template.format(**values), "{}", "application/json")

    return request


@pytest.fixture
def key_of(organization):
    def make(*scopes, level=Membership.Level.OWNER, **restrictions) -> DocumentedClient:
        user = factories.make_user("edith@example.com", organization, level)
        return DocumentedClient(factories.make_key(user, *scopes, **restrictions))

    return make


def is_refused(response: Response) -> bool:
    return response.status_code in (401, 403)


def test_matrix__every_route__has_an_entry():
    assert DOCUMENT["paths"].keys() - MATRIX.keys() == set()
    assert MATRIX.keys() - DOCUMENT["paths"].keys() == set()


@every_guarded
def test_nobody__any_route__not_authenticated(send, anonymous, method, template):
    assert send(anonymous, method, template).status_code == 401


@every_guarded
def test_unknown_key__any_route__not_authenticated(send, method, template):
    assert send(DocumentedClient("phx_unknown"), method, template).status_code == 401


@every_guarded
def test_revoked_key__any_route__not_authenticated(send, key_of, method, template):
    client = key_of()
    PersonalAPIKey.objects.all().delete()

    assert send(client, method, template).status_code == 401


@every_guarded
def test_inactive_user__any_route__not_authenticated(send, ada, client, method, template):
    ada.is_active = False
    ada.save(update_fields=["is_active"])

    assert send(client, method, template).status_code == 401


@every_guarded
def test_key_for_something_else__any_route__forbidden(send, key_of, method, template):
    response = send(key_of("insight:write"), method, template)

    # A key may look for itself; it is not the one that was asked for.
    own_keys = {403, 404} if MATRIX[template].place is Place.OWN_KEYS else {403}
    assert response.status_code in own_keys


@pytest.mark.parametrize(
    ("method", "template"),
    [pair for pair in WRITING if any(scope.endswith(":write") for scope in scopes_of(*pair))],
)
def test_reading_key__writing__forbidden(send, key_of, method, template):
    scopes = [scope.replace(":write", ":read") for scope in scopes_of(method, template)]

    assert send(key_of(*scopes), method, template).status_code == 403


@every_guarded
def test_full_key_of_an_owner__any_route__let_through(send, key_of, method, template):
    response = send(key_of(), method, template)

    assert is_refused(response) == (method in MATRIX[template].sessions), response.content


@pytest.mark.parametrize(
    ("method", "template"), [(m, t) for m, t in WRITING if m in MATRIX[t].admins]
)
def test_member__what_admins_do__forbidden(send, key_of, method, template):
    response = send(key_of(level=Membership.Level.MEMBER), method, template)

    assert response.status_code in (403, 404), response.content


FOREIGN = {
    Place.PROJECT: {403},
    Place.ORGANIZATION: {403},
    Place.PROJECT_OF_ORGANIZATION: {403},
    Place.THE_PROJECT: {404},
    Place.THE_ORGANIZATION: {404},
    Place.OWN_KEYS: {403, 404},
}


@pytest.mark.parametrize(
    ("method", "template"), [(m, t) for m, t in GUARDED if MATRIX[t].place in FOREIGN]
)
def test_outsider__any_place_of_ours__refused(send, outsider, method, template):
    response = send(outsider, method, template)

    assert response.status_code in FOREIGN[MATRIX[template].place], response.content


@pytest.mark.parametrize(
    "template", [t for t, entry in MATRIX.items() if entry.place is Place.LISTS]
)
def test_outsider__lists__nothing_of_ours(send, outsider, project, template):
    shown = send(outsider, "get", template).content.decode()

    assert str(project.organization_id) not in shown
    assert project.api_token not in shown


RESTRICTED = set(Place) - {Place.OPEN, Place.ONESELF, Place.OWN_KEYS}


@pytest.mark.parametrize(
    ("method", "template"), [(m, t) for m, t in GUARDED if MATRIX[t].place in RESTRICTED]
)
def test_key_for_another_project__any_place_of_ours__refused(
    send, key_of, organization, method, template
):
    sister = factories.make_project(organization, "Sister")

    response = send(key_of(projects=(sister.pk,)), method, template)

    assert response.status_code in (403, 404), response.content


@pytest.mark.parametrize(
    ("method", "template"),
    [(m, t) for m, t in GUARDED if MATRIX[t].place in RESTRICTED - {Place.LISTS}],
)
def test_key_for_another_organization__any_place_of_ours__refused(
    send, organization, method, template
):
    user = factories.make_user("edith@example.com", organization, Membership.Level.ADMIN)
    other = factories.make_organization("Other")
    other.memberships.create(user=user)
    client = DocumentedClient(factories.make_key(user, organizations=(str(other.pk),)))

    assert send(client, method, template).status_code in (403, 404)


@pytest.mark.parametrize(("method", "template"), WRITING)
def test_session__without_csrf_token__forbidden(send, session, method, template):
    response = send(session, method, template)

    assert response.status_code == 403
    assert response.json()["detail"].startswith("CSRF Failed:")
