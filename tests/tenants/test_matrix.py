from uuid import UUID

import pytest
from rest_framework.response import Response

from tenants.models import Membership
from tests import factories
from tests.client import DOCUMENT, DocumentedClient
from tests.looping import in_one_test
from tests.tenants.matrix import MATRIX, WRITES, Place
from users.models import PersonalAPIKey, User

Operation = tuple[str, str]
OPERATIONS: list[Operation] = [
    (method, template)
    for template, operations in DOCUMENT["paths"].items()
    for method in operations
    if method != "parameters" and template in MATRIX
]
GUARDED = [pair for pair in OPERATIONS if MATRIX[pair[1]].place is not Place.OPEN]
WRITING = [pair for pair in GUARDED if pair[0] in WRITES]
# Only these may change something: each begins with a database of its own.
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
            "key": "menu",
        }
        return client.generic(method.upper(), template.format(**values), "{}", "application/json")

    return request


@pytest.fixture
def key_of(organization):
    def make(*scopes, level=Membership.Level.OWNER, **restrictions) -> DocumentedClient:
        known = User.objects.filter(email="edith@example.com").first()
        user = known or factories.make_user("edith@example.com", organization, level)
        # People have few keys at a time.
        user.personal_api_keys.all().delete()
        return DocumentedClient(factories.make_key(user, *scopes, **restrictions))

    return make


@pytest.fixture
def let_through(send):
    # What is refused changes nothing, so that one cast serves all operations.
    def find(client: DocumentedClient, operations: list[Operation], *refusals: int) -> list:
        answers = {pair: send(client, *pair).status_code for pair in operations}
        assert answers
        return [pair for pair, status in answers.items() if status not in refusals]

    return find


def test_matrix__every_route__has_an_entry():
    assert DOCUMENT["paths"].keys() - MATRIX.keys() == set()
    assert MATRIX.keys() - DOCUMENT["paths"].keys() == set()


def test_nobody__any_route__not_authenticated(let_through, anonymous):
    assert let_through(anonymous, GUARDED, 401) == []


def test_unknown_key__any_route__not_authenticated(let_through, project):
    assert let_through(DocumentedClient("phx_unknown"), GUARDED, 401) == []


def test_revoked_key__any_route__not_authenticated(let_through, key_of):
    client = key_of()
    PersonalAPIKey.objects.all().delete()

    assert let_through(client, GUARDED, 401) == []


def test_inactive_user__any_route__not_authenticated(let_through, ada, client):
    ada.is_active = False
    ada.save(update_fields=["is_active"])

    assert let_through(client, GUARDED, 401) == []


def test_key_for_something_else__any_route__forbidden(let_through, key_of):
    client = key_of("insight:write")
    # A key may look for itself; it is not the one that was asked for.
    own_keys = [pair for pair in GUARDED if MATRIX[pair[1]].place is Place.OWN_KEYS]
    others = [pair for pair in GUARDED if pair not in own_keys]

    assert let_through(client, own_keys, 403, 404) == []
    assert let_through(client, others, 403) == []


def test_reading_key__writing__forbidden(let_through, key_of):
    writing: dict[tuple[str, ...], list[Operation]] = {}
    for pair in WRITING:
        scopes = scopes_of(*pair)
        if any(scope.endswith(":write") for scope in scopes):
            writing.setdefault(tuple(scopes), []).append(pair)

    for scopes, operations in writing.items():
        client = key_of(*(scope.replace(":write", ":read") for scope in scopes))
        assert let_through(client, operations, 403) == []


@every_guarded
def test_full_key_of_an_owner__any_route__let_through(send, key_of, method, template):
    response = send(key_of(), method, template)

    is_refused = response.status_code in (401, 403)
    assert is_refused == (method in MATRIX[template].sessions), response.content


def test_member__what_admins_do__forbidden(let_through, key_of):
    operations = [
        (method, template) for method, template in WRITING if method in MATRIX[template].admins
    ]

    assert let_through(key_of(level=Membership.Level.MEMBER), operations, 403, 404) == []


FOREIGN = {
    Place.PROJECT: {403},
    Place.ORGANIZATION: {403},
    Place.PROJECT_OF_ORGANIZATION: {403},
    Place.THE_PROJECT: {404},
    Place.THE_ORGANIZATION: {404},
    Place.OWN_KEYS: {403, 404},
}


@in_one_test("place", FOREIGN)
def test_outsider__any_place_of_ours__refused(let_through, outsider, place):
    operations = [pair for pair in GUARDED if MATRIX[pair[1]].place is place]

    assert let_through(outsider, operations, *FOREIGN[place]) == []


@pytest.mark.parametrize(
    "template", [t for t, entry in MATRIX.items() if entry.place is Place.LISTS]
)
def test_outsider__lists__nothing_of_ours(send, outsider, project, template):
    shown = send(outsider, "get", template).content.decode()

    assert str(project.organization_id) not in shown
    assert project.api_token not in shown


RESTRICTED = set(Place) - {Place.OPEN, Place.ONESELF, Place.OWN_KEYS}


def test_key_for_another_project__any_place_of_ours__refused(let_through, key_of, organization):
    sister = factories.make_project(organization, "Sister")
    operations = [pair for pair in GUARDED if MATRIX[pair[1]].place in RESTRICTED]

    assert let_through(key_of(projects=(sister.pk,)), operations, 403, 404) == []


def test_key_for_another_organization__any_place_of_ours__refused(let_through, organization):
    user = factories.make_user("edith@example.com", organization, Membership.Level.ADMIN)
    other = factories.make_organization("Other")
    other.memberships.create(user=user)
    client = DocumentedClient(factories.make_key(user, organizations=(str(other.pk),)))
    operations = [pair for pair in GUARDED if MATRIX[pair[1]].place in RESTRICTED - {Place.LISTS}]

    assert let_through(client, operations, 403, 404) == []


def test_session__without_csrf_token__forbidden(send, session):
    answers = {pair: send(session, *pair) for pair in WRITING}

    assert {answer.status_code for answer in answers.values()} == {403}
    assert [
        pair
        for pair, answer in answers.items()
        if not answer.json()["detail"].startswith("CSRF Failed:")
    ] == []
