"""People who take part from what activates them on, not from their flag's evaluation."""

import pytest

from tests.results.conftest import metric
from tests.results.mini_data import Seen
from tests.results.test_criteria import people, save, seen, sums, wire_event

DAY = 1440
CRITERIA = {"activation_config": {"event": "activated", "properties": []}}
TWO_DAYS = {"conversion_window": 2, "conversion_window_unit": "day"}
BOUGHT = [{"event": "bought"}]


@pytest.fixture
def activated(unvisited, capture):
    """Five people; one bought before they were activated, two in time, one too late."""
    save(unvisited, exposure_criteria=CRITERIA)
    days = {
        "before": [(2.2, "bought"), (2.3, "activated")],
        "soon": [(2.3, "activated"), (2.4, "bought")],
        "much later": [(7, "activated"), (8, "bought")],
        "too late": [(3, "activated"), (9, "bought")],
        "never": [(2.5, "bought")],
    }
    for person, done in days.items():
        capture([wire_event(Seen(person, 2 * DAY, "exposure", "control"))])
        capture(seen(person, round(day * DAY), name) for day, name in done)
    return unvisited


@pytest.mark.parametrize("event", ["$feature_flag_called", "$experiment_exposure"])
def test_activation__usual_exposure_named__still_needed(ask, activated, capture, event):
    exposure = {"exposure_config": {"event": event, "properties": []}}
    save(activated, exposure_criteria=CRITERIA | exposure)
    flag = {"$feature_flag": "my-flag", "$feature_flag_response": "control"}
    capture([seen("idle", 2 * DAY, event, **flag), seen("busy", 2 * DAY, event, **flag)])
    capture([seen("busy", 3 * DAY, "activated")])

    found = people(ask(activated, metric(source=BOUGHT[0])))["control"]

    assert found == {"$feature_flag_called": 5, "$experiment_exposure": 1}[event]


@pytest.mark.parametrize("order", ["ordered", "unordered"])
def test_activation__funnel__its_chains_begin_there(ask, activated, order):
    document = metric("funnel", series=BOUGHT, funnel_order_type=order, **TWO_DAYS)

    assert sums(ask(activated, document))["control"] == 2


def test_activation__mean__window_from_there(ask, activated):
    assert sums(ask(activated, metric(source=BOUGHT[0], **TWO_DAYS)))["control"] == 2


def test_activation__retention_since_the_exposure__starts_there(ask, activated):
    document = metric(
        "retention",
        start_event={"kind": "ExperimentExposureNode"},
        completion_event=BOUGHT[0],
        retention_window_start=0,
        retention_window_end=2,
        retention_window_unit="day",
        start_handling="first_seen",
    )

    found = ask(activated, document)

    assert (people(found)["control"], sums(found)["control"]) == (4, 2)
