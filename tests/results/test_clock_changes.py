"""Days and hours of retention where the clock is changed: in Berlin, on 25 October 2026."""

import pytest

from tests.results.conftest import FLAG, metric
from tests.results.test_criteria import people, save, sums


def at(person, time, name, **properties):
    return {
        "event": name,
        "distinct_id": person,
        "timestamp": f"2026-10-{time}:00Z",
        "properties": properties,
    }


@pytest.fixture
def in_berlin(unvisited, project):
    project.timezone = "Europe/Berlin"
    project.save()
    save(unvisited, start_date="2026-10-20T00:00Z", end_date="2026-10-24T12:00Z")
    return unvisited


def came_back(started, came, after, unit):
    exposed = {"$feature_flag": FLAG, "$feature_flag_response": "control"}
    events = [
        at("a", "21T00:00", "$feature_flag_called", **exposed),
        at("a", started, "signup"),
        at("a", came, "login"),
    ]
    document = metric(
        "retention",
        start_event={"event": "signup"},
        completion_event={"event": "login"},
        retention_window_start=after,
        retention_window_end=after,
        retention_window_unit=unit,
        start_handling="first_seen",
        conversion_window=10,
        conversion_window_unit="day",
    )
    return events, document


@pytest.mark.parametrize(
    "times",
    [
        # Half past eleven in the night, on the seventh day by the clock of winter.
        ("23T11:00", "30T22:30", 7, "day"),
        # Half past one, and twenty to three for the second time.
        ("24T23:30", "25T01:40", 2, "hour"),
    ],
    ids=["day", "hour"],
)
def test_retention__clock_changed_after_the_end__by_the_changed_clock(
    ask, in_berlin, capture, times
):
    events, document = came_back(*times)
    capture(events)

    found = ask(in_berlin, document)

    assert (people(found)["control"], sums(found)["control"]) == (1, 1)
