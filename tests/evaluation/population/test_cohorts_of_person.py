"""persons/cohorts/: which cohorts a stored person is in."""

import json
import uuid

import pytest

from core.http import pagination
from tests import factories
from tests.assertions import assert_error
from tests.client import Client, DocumentedClient
from tests.cohorts.definitions import behavior, cohort, definition
from tests.evaluation.population.people import is_pro

pytestmark = pytest.mark.django_db


@pytest.fixture
def make(client, base):
    def make(*conditions, **values):
        body = {"name": "Pro", "filters": definition(*conditions or [is_pro()])} | values
        response = client.post(f"{base}cohorts/", body)
        assert response.status_code == 201, response.content
        return response.json()

    return make


@pytest.fixture
def static(make, people):
    def static(*names, **values):
        uuids = [str(people[name].uuid) for name in names]
        static = {"filters": {}, "is_static": True, "_create_static_person_ids": uuids}
        return make(**static | values)

    return static


@pytest.fixture
def ask(client, base, people):
    def ask(name="user_0", api=client):
        return api.get(f"{base}persons/cohorts/?person_id={people[name].uuid}")

    return ask


@pytest.fixture
def found(ask):
    def found(name="user_0"):
        response = ask(name)
        assert response.status_code == 200, response.content
        return [each["id"] for each in response.json()["results"]]

    return found


def test_cohorts_of_person__none__empty(ask):
    assert ask().json() == {"results": []}


def test_cohorts_of_person__static_member__shown_as_in_a_basic_list(client, base, static, ask):
    static("user_0", name="Ours")

    [shown] = ask().json()["results"]

    assert (shown["name"], shown["count"], shown["is_static"]) == ("Ours", 1, True)
    assert [shown] == client.get(f"{base}cohorts/?basic=true").json()["results"]


def test_cohorts_of_person__not_a_member__left_out(static, found):
    static("user_1")

    assert found() == []


def test_cohorts_of_person__member_by_an_id_merged_later__in_it(project, static, found):
    ours = static("user_5")
    event = {
        "api_key": project.api_token,
        "event": "$identify",
        "distinct_id": "user_0",
        "properties": {"$anon_distinct_id": "user_5"},
    }
    sent = json.dumps(event)
    assert Client().post("/i/v0/e/", sent, content_type="application/json").status_code == 200

    assert found("user_0") == [ours["id"]]


@pytest.mark.parametrize(("name", "is_in"), [("user_0", True), ("user_5", False)])
def test_cohorts_of_person__stored_properties__decide(make, found, people, name, is_in):
    pro = make()

    assert found(name) == [pro["id"]] * is_in


def test_cohorts_of_person__defined_by_a_static_cohort__in_both(make, static, found):
    ours = static("user_0")
    wider = make(cohort(ours["id"]))

    assert found() == [wider["id"], ours["id"]]


def test_cohorts_of_person__behavioral__left_out(make, found, people):
    make(behavior())

    assert found() == []


def test_cohorts_of_person__not_of_a_behavioral_one__left_out(make, found, people):
    did = make(behavior())
    make(cohort(did["id"], negation=True))

    assert found() == []


def test_cohorts_of_person__deleted__left_out(client, base, make, found):
    pro = make()
    client.patch(f"{base}cohorts/{pro['id']}/", {"deleted": True})

    assert found() == []


def test_cohorts_of_person__more_than_are_listed__the_newest_and_a_total(monkeypatch, make, ask):
    monkeypatch.setattr(pagination, "MAX_PAGE_SIZE", 1)
    make()
    newest = make()

    response = ask()

    assert [each["id"] for each in response.json()["results"]] == [newest["id"]]
    assert response[pagination.TOTAL_HEADER] == "2"


def test_cohorts_of_person__many__same_number_of_queries(make, ask, django_assert_max_num_queries):
    for _ in range(5):
        make()

    with django_assert_max_num_queries(10):
        assert len(ask().json()["results"]) == 5


@pytest.mark.parametrize("reference", [str(uuid.UUID(int=7)), "7", "%00"])
def test_cohorts_of_person__unknown_person__not_found(client, base, reference):
    assert_error(client.get(f"{base}persons/cohorts/?person_id={reference}"), 404, "not_found")


@pytest.mark.parametrize("query", ["", "?person_id="])
def test_cohorts_of_person__nobody_named__required(client, base, query):
    response = client.get(f"{base}persons/cohorts/{query}")

    assert_error(response, 400, "required", attr="person_id")


def test_cohorts_of_person__below_an_environment__same(client, base, make, people):
    make()
    url = f"{base.replace('projects', 'environments')}persons/cohorts/"

    response = client.get(f"{url}?person_id={people['user_0'].uuid}")

    assert len(response.json()["results"]) == 1


@pytest.mark.parametrize(
    ("scopes", "status"),
    [(["person:read"], 403), (["cohort:read"], 403), (["person:read", "cohort:read"], 200)],
    ids=str,
)
def test_cohorts_of_person__key__needs_the_scopes_of_persons_and_cohorts(ask, ada, scopes, status):
    assert ask(api=DocumentedClient(factories.make_key(ada, *scopes))).status_code == status


def test_cohorts_of_person__person_of_another_project__not_found(client, people, organization):
    sister = factories.make_project(organization, "Sister")
    url = f"/api/projects/{sister.pk}/persons/cohorts/"

    response = client.get(f"{url}?person_id={people['user_0'].uuid}")

    assert_error(response, 404, "not_found")
