import json
import uuid

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from cohorts.models import CohortMember
from events.models import person_uuid
from events.numbers import actor_number
from events.routers import events_alias
from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.client import Client, DocumentedClient
from tests.looping import in_one_test


@pytest.fixture
def static(make):
    return make(is_static=True, filters=None)


@pytest.fixture
def place(url, static):
    return f"{url}{static['id']}/"


def members(client, place):
    return {each["name"] for each in client.get(f"{place}persons/").json()["results"]}


def test_members__added_and_removed__listed_and_counted(client, place, known):
    one, two = known("user_1"), known("user_2")
    add = f"{place}add_persons_to_static_cohort/"
    assert client.patch(add, {"person_ids": [one, two]}).json() == {"success": True}
    assert client.patch(add, {"person_ids": [one, str(uuid.uuid4())]}).status_code == 200
    assert members(client, place) == {"user_1", "user_2"}
    assert client.get(place).json()["count"] == 2
    remove = f"{place}remove_person_from_static_cohort/"
    assert client.patch(remove, {"person_id": one}).json() == {"success": True}
    assert members(client, place) == {"user_2"}
    assert client.patch(remove, {"person_id": one}).json() == {"success": True}
    assert_error(client.patch(remove, {"person_id": str(uuid.uuid4())}), 404, "not_found")


BAD = [
    ({}, "person_ids", "required"),
    ({"person_ids": []}, "person_ids", "empty"),
    ({"person_ids": "x"}, "person_ids", "not_a_list"),
    ({"person_ids": ["x"]}, "person_ids__0", "invalid_input"),
    ({"person_ids": ["00000000-0000-0000-0000-000000000000"]}, "person_ids", "invalid_input"),
]


@in_one_test(("body", "attr", "code"), BAD, ids=range(len(BAD)))
def test_members__nobody_named__refused(client, place, body, attr, code):
    response = client.patch(f"{place}add_persons_to_static_cohort/", body)
    assert_error(response, 400, code, attr)


def test_members__of_a_dynamic_cohort__refused(client, url, make, known):
    place, one = f"{url}{make()['id']}/", known("user_1")
    body = {"person_ids": [one]}
    assert_invalid(client.patch(f"{place}add_persons_to_static_cohort/", body), None)
    body = {"person_id": one}
    assert_invalid(client.patch(f"{place}remove_person_from_static_cohort/", body), None)
    assert members(client, place) == set()


def test_members__merged_person__stays_in(client, place, known, project):
    one = known("user_1")
    client.patch(f"{place}add_persons_to_static_cohort/", {"person_ids": [one]})
    event = {
        "api_key": project.api_token,
        "event": "$identify",
        "distinct_id": "user_9",
        "properties": {"$anon_distinct_id": "user_1"},
    }
    Client().post("/i/v0/e/", json.dumps(event), content_type="application/json")
    assert len(client.get(f"{place}persons/").json()["results"]) == 1


def test_members__merged_person__taken_out(client, place, known, project):
    one, two = known("user_1"), known("user_9")
    client.patch(f"{place}add_persons_to_static_cohort/", {"person_ids": [one]})
    event = {
        "api_key": project.api_token,
        "event": "$identify",
        "distinct_id": "user_9",
        "properties": {"$anon_distinct_id": "user_1"},
    }
    Client().post("/i/v0/e/", json.dumps(event), content_type="application/json")
    client.patch(f"{place}remove_person_from_static_cohort/", {"person_id": two})
    assert client.get(f"{place}persons/").json()["results"] == []


@pytest.fixture
def unstored(project, static):
    """Put whom nothing is stored of into the cohort, as a frozen exposure does."""
    event = {"api_key": project.api_token, "event": "seen", "distinct_id": "user_3"}
    Client().post("/i/v0/e/", json.dumps(event), content_type="application/json")
    number = actor_number("user_3")
    CohortMember.objects.create(cohort_id=static["id"], project_id=project.pk, person=number)
    return str(person_uuid(project.pk, number))


def test_members__nothing_stored_of_one__shown_by_their_id(client, place, unstored):
    [shown] = client.get(f"{place}persons/").json()["results"]
    assert (shown["id"], shown["name"]) == (unstored, unstored)
    assert (shown["distinct_ids"], shown["properties"]) == ([], {})


def test_members__nothing_stored_of_one__taken_out(client, place, unstored):
    remove = f"{place}remove_person_from_static_cohort/"
    assert client.patch(remove, {"person_id": unstored}).json() == {"success": True}
    assert client.get(f"{place}persons/").json()["count"] == 0


def test_members__many__a_page_asks_for_no_more(client, place, static, project):
    def queries(number):
        CohortMember.objects.bulk_create(
            CohortMember(cohort_id=static["id"], project_id=project.pk, person=each)
            for each in range(number, 2 * number)
        )
        with CaptureQueriesContext(connections[events_alias()]) as captured:
            assert len(client.get(f"{place}persons/?limit=2").json()["results"]) == 2
        return [len(each["sql"]) for each in captured]

    client.get(f"{place}persons/")
    few, many = queries(10), queries(1000)
    assert len(few) == len(many)
    assert max(many) < max(few) + 100


@pytest.mark.parametrize(
    ("scopes", "status"),
    [(["cohort:read"], 403), (["person:read"], 403), (["cohort:read", "person:read"], 200)],
    ids=str,
)
def test_members__listed_by_key__needs_the_scopes_of_cohorts_and_persons(
    place, ada, scopes, status
):
    reader = DocumentedClient(factories.make_key(ada, *scopes))

    assert reader.get(f"{place}persons/").status_code == status
