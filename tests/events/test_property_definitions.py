"""The names of properties are noted as events arrive."""

import json
from urllib.parse import urlencode

import pytest

from events.models import PropertyDefinition
from events.property_types import property_type
from events.services import taxonomy
from tests.assertions import assert_error
from tests.events.conftest import event
from tests.looping import in_one_test


def url(project, rest="", **query):
    return f"/api/projects/{project.pk}/property_definitions/{rest}?{urlencode(query)}"


@pytest.fixture
def _events(send):
    send(
        event("buy", properties={"amount": 3, "plan": "pro", "$lib": "js", "$feature/new": "test"}),
        event("view", properties={"plan": "pro", "title": None}),
        event("$identify", properties={"$set": {"email": "ann@example.com", "age": 7}}),
        event(
            "$groupidentify",
            properties={"$group_type": "company", "$group_key": "a", "$group_set": {"size": 7}},
        ),
    )


@pytest.mark.usefixtures("_events")
def test_property_definitions__one__all_of_it(client, project):
    [found] = client.get(url(project, search="amou")).json()["results"]

    identifier = found["id"]
    assert found == {
        "id": identifier,
        "name": "amount",
        "is_numerical": True,
        "property_type": "Numeric",
        "tags": [],
        "is_seen_on_filtered_events": None,
    }
    assert client.get(url(project, f"{identifier}/")).json()["name"] == "amount"


@in_one_test(
    ("query", "found"),
    [
        ({"search": "L"}, "$lib plan title"),
        ({"exclude_core_properties": "true"}, "amount plan title"),
        ({"is_numerical": "true"}, "amount"),
        ({"is_feature_flag": "true"}, "$feature/new"),
        ({"is_feature_flag": "false", "search": "n"}, "amount plan"),
        ({"properties": "plan,amount,none"}, "amount plan"),
        ({"properties": "plan,amount", "excluded_properties": '["plan"]'}, "amount"),
        ({"event_names": '["view"]', "filter_by_event_names": "true"}, "plan title"),
        ({"event_names": '["view"]', "properties": "amount,title"}, "title amount"),
        ({"type": "person"}, "age email"),
        ({"type": "group", "group_type_index": 0}, "size"),
        ({"type": "group", "group_type_index": 1}, ""),
        ({"type": "session"}, ""),
    ],
)
@pytest.mark.usefixtures("_events")
def test_property_definitions__list__those_asked_for(client, project, query, found):
    response = client.get(url(project, **query))

    assert response.status_code == 200
    assert " ".join(each["name"] for each in response.json()["results"]) == found


@in_one_test(
    ("query", "attr"),
    [
        ({"type": "planet"}, "type"),
        ({"type": "group"}, "group_type_index"),
        ({"type": "group", "group_type_index": "9" * 30}, "group_type_index"),
        ({"event_names": "["}, "event_names"),
        ({"event_names": "[" * 100_000}, "event_names"),
        ({"event_names": "[1]"}, "event_names"),
        ({"event_names": json.dumps(["a"] * 101)}, "event_names"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_property_definitions__invalid__refused(client, project, query, attr):
    assert_error(client.get(url(project, **query)), 400, "invalid_input", attr=attr)


@pytest.mark.usefixtures("_events")
def test_seen_together__events__by_event(client, project):
    query = {"event_names": '["buy", "view", "none"]', "property_name": "amount"}

    response = client.get(url(project, "seen_together/", **query))

    assert response.json() == {"buy": True, "view": False, "none": False}


def test_note_names__odd_names__only_those_that_fit(send, project):
    send(event(properties={"x" * 401: 1, "": 2, "ok": 3}))

    assert [each.name for each in PropertyDefinition.objects.all()] == ["ok"]


def names(client, project, **query):
    return [each["name"] for each in client.get(url(project, **query)).json()["results"]]


def test_property_definitions__set_of_a_known_event_with_other_names__noted(send, client, project):
    send(event("$set", properties={"$set": {"plan": "pro"}}))
    send(event("$set", properties={"$set": {"email": "ann@example.com"}}))

    assert names(client, project, type="person") == ["email", "plan"]


def test_property_definitions__group_with_other_names__noted(send, client, project):
    for change in ({"size": 7}, {"city": "Bonn"}):
        members = {"$group_type": "company", "$group_key": "a", "$group_set": change}
        send(event("$groupidentify", properties=members))

    assert names(client, project, type="group", group_type_index=0) == ["city", "size"]


@pytest.mark.parametrize("is_one_batch", [True, False])
def test_property_definitions__first_null_then_a_number__numeric(
    send, client, project, is_one_batch
):
    events = [event("buy", properties={"amount": amount}) for amount in (None, 3, None)]
    for batch in [events] if is_one_batch else [[each] for each in events]:
        send(*batch)
        # Another process has noted nothing yet.
        taxonomy.noted.clear()

    assert names(client, project, is_numerical="true") == ["amount"]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("a", 1, "Numeric"),
        ("a", 1.5, "Numeric"),
        ("a", True, "Boolean"),
        ("a", "true", "Boolean"),
        ("a", "1", "String"),
        ("a", "2024-01-02", "DateTime"),
        ("a", "2024-01-02T03:04:05.678Z", "DateTime"),
        ("utm_x", "2024-01-02", "String"),
        ("a", None, ""),
        ("a", [1], ""),
        ("a", {"b": 1}, ""),
    ],
)
def test_property_type__value__its_type(name, value, expected):
    assert property_type(name, value) == expected
