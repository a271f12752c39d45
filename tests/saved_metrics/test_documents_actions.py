from copy import deepcopy

import pytest

from saved_metrics.documents import action_ids, action_nodes, with_action_names

EVENT = {"kind": "EventsNode", "event": "$pageview"}
FUNNEL = {
    "kind": "ExperimentMetric",
    "metric_type": "funnel",
    "series": [{"kind": "ActionsNode", "id": 3, "name": "Old"}, EVENT, {"kind": "ActionsNode"}],
}
NODES_BY_PLACE = {
    "source": {"source": {"kind": "ActionsNode", "id": 5}},
    "series": {"series": [EVENT, {"kind": "ActionsNode", "id": 5}]},
    "numerator": {"numerator": {"kind": "ActionsNode", "id": 5}, "denominator": EVENT},
    "denominator": {"numerator": EVENT, "denominator": {"kind": "ActionsNode", "id": 5}},
    "start_event": {"start_event": {"kind": "ActionsNode", "id": 5}, "completion_event": EVENT},
    "completion_event": {"completion_event": {"kind": "ActionsNode", "id": 5}},
    "node_without_kind": {"source": {"id": 5}},
}
NO_ACTIONS = {
    "empty": {},
    "events": {"source": EVENT},
    "scalars": {"source": 1, "series": "ActionsNode", "numerator": None},
    "odd_members": {"series": [None, 3, [{"kind": "ActionsNode"}], {"kind": ["ActionsNode"]}]},
    "elsewhere": {"breakdownFilter": {"kind": "ActionsNode", "id": 5}},
}
NOT_IDS = [None, "", "seven", "9" * 6000, 10**400, 1.5, float("nan"), [7], {"id": 7}]


@pytest.mark.parametrize("document", NODES_BY_PLACE.values(), ids=NODES_BY_PLACE)
def test_action_nodes__action_in_any_place__is_found(document):
    assert [node["id"] for node in action_nodes(document=document)] == [5]


@pytest.mark.parametrize("document", NO_ACTIONS.values(), ids=NO_ACTIONS)
def test_action_nodes__no_actions__is_empty(document):
    assert list(action_nodes(document=document)) == []
    assert with_action_names(document=document, names={5: "New"}) == document


def test_action_ids__repeated_and_numeric_strings__are_listed_once_in_order():
    series = [{"kind": "ActionsNode", "id": id_} for id_ in (9, "3", 9, 3, "12")]

    assert action_ids(document={"series": series}) == [9, 3, 12]


@pytest.mark.parametrize("action_id", NOT_IDS, ids=lambda value: type(value).__name__)
def test_action_ids__not_an_id__is_ignored(action_id):
    document = {"source": {"kind": "ActionsNode", "id": action_id}}

    assert action_ids(document=document) == []
    assert with_action_names(document=document, names={7: "New"}) == document


@pytest.mark.parametrize("action_id", [3, "3"])
def test_with_action_names__known_action__gets_its_current_name(action_id):
    document = {"source": {"kind": "ActionsNode", "id": action_id, "name": "Old"}}

    renamed = with_action_names(document=document, names={3: "New"})

    assert renamed == {"source": {"kind": "ActionsNode", "id": action_id, "name": "New"}}


def test_with_action_names__unknown_action__keeps_its_stored_name():
    assert with_action_names(document=FUNNEL, names={4: "New"}) == FUNNEL


def test_with_action_names__any_document__leaves_the_original_alone():
    original = deepcopy(FUNNEL)

    renamed = with_action_names(document=FUNNEL, names={3: "New"})

    assert renamed["series"][0]["name"] == "New"
    assert original == FUNNEL
