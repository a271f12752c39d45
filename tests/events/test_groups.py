"""What events say about groups: their types, properties and keys."""

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from events.routers import events_alias
from events.selectors import find_group_properties, list_group_types
from tests.events.conftest import event


def test_groupidentify__twice__type_and_properties_stored(send, project):
    for changes in ({"plan": "free", "size": 3}, {"plan": "pro"}):
        send(
            event(
                "$groupidentify",
                properties={"$group_type": "company", "$group_key": "acme", "$group_set": changes},
            )
        )

    assert list_group_types(project_id=project.pk) == {"company": 0}
    stored = find_group_properties(project_id=project.pk, type_index=0, key="acme")
    assert stored == {"plan": "pro", "size": 3}


def test_groups__sixth_type__left_out(send, project):
    for number in range(6):
        send(event(properties={"$groups": {f"type {number}": "key"}}))

    assert list_group_types(project_id=project.pk) == {f"type {n}": n for n in range(5)}


def test_groups__of_an_event__stored_by_the_index_of_their_type(send, stored):
    groups = {"team": 7, "company": "acme", "squad": None, "": "x", "crew": ["a"]}
    send(event(properties={"$groups": groups}), event(properties={"$groups": {"company": "b"}}))

    first, second = (each.properties for each in stored())
    assert first == {"$groups": groups, "$group_0": "7", "$group_1": "acme"}
    assert second == {"$groups": {"company": "b"}, "$group_1": "b"}


def test_groups__index_sent_by_the_client__stays(send, stored):
    send(event(properties={"$groups": {"company": "acme"}, "$group_0": "other"}))

    assert stored()[0].properties["$group_0"] == "other"


@pytest.mark.parametrize("length", [400, 401])
def test_group_type__long_name__stored_up_to_400_characters(send, project, length):
    name = "t" * length
    answers = [
        send(event(properties={"$groups": {name: "a"}})),
        send(event("$groupidentify", properties={"$group_type": name, "$group_key": "a"})),
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert list_group_types(project_id=project.pk) == ({name: 0} if length == 400 else {})


def test_group_type__3000_characters__event_stored(send, stored):
    send(event(properties={"$groups": {"".join(map(chr, range(0x4E00, 0x4E00 + 3000))): "a"}}))

    assert len(stored()) == 1


def test_groupidentify__thousand_in_a_batch__a_few_statements(send, project):
    def change(number):
        properties = {"$group_type": "company", "$group_key": f"c{number % 10}"}
        return event("$groupidentify", properties=properties | {"$group_set": {"n": number}})

    send(change(0))
    with CaptureQueriesContext(connections[events_alias()]) as statements:
        send(*map(change, range(1000)))

    stored = find_group_properties(project_id=project.pk, type_index=0, key="c3")
    assert stored == {"n": 993}
    assert len(statements) < 40


def test_group_set__beyond_the_limit__new_names_left_out(send, project):
    def change(changes):
        members = {"$group_type": "company", "$group_key": "acme", "$group_set": changes}
        return event("$groupidentify", properties=members)

    send(change({f"name {number}": 1 for number in range(1000)}))
    send(change({"another": 2, "name 5": 2}))

    stored = find_group_properties(project_id=project.pk, type_index=0, key="acme")
    assert len(stored) == 1000
    assert stored["name 5"] == 2
    assert "another" not in stored
