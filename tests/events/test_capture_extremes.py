"""What no SDK sends, but somebody will: kept or refused, and never a failure."""

import json

import pytest

from events.models import PropertyDefinition
from events.services import taxonomy
from tests.events.conftest import event


@pytest.mark.parametrize("offset", ["1e306", "9" * 400])
def test_capture__offset_beyond_all_years__stored(visitor, project, stored, offset):
    body = f'{{"api_key": "{project.api_token}", "event": "a", "distinct_id": "b", "offset": '

    answer = visitor.post("/e/", body + offset + "}", content_type="application/json")

    assert answer.status_code == 200
    assert stored()[0].ts == 0


def nested(levels):
    value = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("place", "levels"),
    [("properties", 98), ("properties", 99), ("properties", 500), ("distinct_id", 900)],
)
def test_capture__nested_deep__refused_above_100_levels(send, place, levels):
    value = nested(levels)
    sent = event(**{place: {"deep": value} if place == "properties" else value})

    # The event and its properties are two levels themselves.
    assert send(sent).status_code == (200 if levels == 98 else 400)


def test_capture__token_that_is_no_text__refused(visitor, db):
    body = json.dumps([event(token=nested(900))])

    assert visitor.post("/e/", body, content_type="application/json").status_code == 401


@pytest.mark.parametrize("name", ["half \ud800", "nul \0"])
def test_capture__unstorable_name_of_a_property__noted_as_stored(send, db, name):
    properties = {name: 1, "other": 2, "$set": {name: 1}}

    assert send(event(properties=properties)).status_code == 200

    names = PropertyDefinition.objects.filter(kind=PropertyDefinition.Kind.EVENT)
    assert {each.name for each in names} == {name[:-1] + "\ufffd", "other", "$set"}


def test_capture__names_cannot_be_noted__acknowledged(send, stored, monkeypatch):
    def fail(*_arguments):
        raise ValueError

    monkeypatch.setattr(taxonomy, "_note", fail)

    assert send(event()).status_code == 200
    assert len(stored()) == 1
