import json
from datetime import timedelta

import pytest
from django.utils import timezone

from actions.models import Action
from events.models import Event
from tests.assertions import assert_error, assert_invalid
from tests.experiments.paths import collection
from tests.looping import in_one_test

SEEN = {"$feature/checkout": "test"}


@pytest.fixture
def capture(project):
    def store(event, properties, *, age=timedelta(0), to=project):
        number = Event.objects.count()
        Event.objects.create(
            project_id=to.pk,
            key=number.to_bytes(16),
            event=event,
            actor=number,
            distinct_id=str(number),
            ts=int((timezone.now() - age).timestamp() * 1_000_000),
            properties=properties,
        )

    return store


@pytest.fixture
def ask(client, project):
    def get(**parameters):
        sent = {
            name: value if isinstance(value, str | int) else json.dumps(value)
            for name, value in parameters.items()
        }
        return client.get(f"{collection(project)}requires_flag_implementation/", sent)

    return get


def test_requires_flag_implementation__an_event_with_a_flag__false(ask, capture):
    capture("$pageview", {"a": 1})
    capture("$pageview", SEEN)

    response = ask(events=[{"id": "$pageview", "type": "events"}])

    assert (response.status_code, response.json()) == (200, {"result": False})


@pytest.mark.parametrize(
    ("event", "properties", "age"),
    [("$pageview", {"a": 1}, 0), ("other", SEEN, 0), ("$pageview", SEEN, 8)],
    ids=["no flag", "another name", "a week ago"],
)
def test_requires_flag_implementation__no_such_event__true(ask, capture, event, properties, age):
    capture(event, properties, age=timedelta(days=age))

    assert ask(events=[{"id": "$pageview"}]).json() == {"result": True}


def test_requires_flag_implementation__of_another_project__true(ask, capture, foreign_project):
    capture("$pageview", SEEN, to=foreign_project)

    assert ask(events=[{"id": "$pageview"}]).json() == {"result": True}


def test_requires_flag_implementation__action__events_of_its_steps(ask, capture, project):
    action = Action.objects.create(project=project, name="Paid", steps=[{"event": "paid"}])
    capture("paid", SEEN)

    assert ask(actions=[{"id": str(action.pk)}]).json() == {"result": False}
    assert ask(actions=[{"id": action.pk}, {"id": "x"}, 5]).json() == {"result": False}


def test_requires_flag_implementation__limit__the_newest_only(ask, capture):
    capture("$pageview", SEEN)
    capture("$pageview", {"a": 1})

    shown = {
        limit: ask(events=[{"id": "$pageview"}], limit=limit).json()["result"]
        for limit in (1, 2, 0, 10**30, "x")
    }

    assert shown == {1: True, 2: False, 0: False, 10**30: False, "x": False}


def test_requires_flag_implementation__nothing_asked__true(ask):
    assert ask().json() == {"result": True}
    assert ask(events=[{"id": None}, {}, 1, {"id": "\x00"}]).json() == {"result": True}


@in_one_test("name", ["events", "actions"])
@in_one_test("value", ["{", "{}", "$pageview"])
def test_requires_flag_implementation__no_list__refused(ask, name, value):
    assert_invalid(ask(**{name: value}), None)


def test_requires_flag_implementation__no_key__refused(anonymous, project):
    response = anonymous.get(f"{collection(project)}requires_flag_implementation/")

    assert_error(response, 401, "not_authenticated")
