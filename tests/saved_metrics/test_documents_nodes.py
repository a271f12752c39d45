import ast

import pytest

from saved_metrics.documents import (
    MetricDocumentError,
    check_exposure_config,
    check_saved_metric,
)

EVENT = {"kind": "EventsNode", "event": "order completed"}
ACTION = {"kind": "ActionsNode", "id": 31}
WAREHOUSE = {
    "kind": "ExperimentDataWarehouseNode",
    "table_name": "usage",
    "timestamp_field": "ds",
    "events_join_key": "properties.$user_id",
    "data_warehouse_join_key": "userid",
}
EXPOSURE = {"kind": "ExperimentEventExposureConfig", "event": "checkout opened", "properties": []}

VALID_NODES = {
    "event": EVENT,
    "event_averaged": {**EVENT, "custom_name": "Orders", "math": "avg", "math_property": "amount"},
    "event_limited": {**EVENT, "limit": 3, "orderBy": ["timestamp"], "version": 2, "response": {}},
    "event_in_euro": {**EVENT, "math_property_revenue_currency": {"static": "EUR"}},
    "every_event": {"kind": "EventsNode", "event": None},
    "action": ACTION,
    "action_by_numeric_string": {**ACTION, "id": "31"},
    "warehouse": WAREHOUSE,
    "warehouse_summed": {**WAREHOUSE, "math": "sum", "math_property": "seconds", "name": "usage"},
    "warehouse_with_empty_names": {**WAREHOUSE, "table_name": "", "timestamp_field": ""},
    "event_of_no_kind": {"event": "$pageview"},
    "action_of_no_kind": {"id": 31},
    "warehouse_of_no_kind": {key: WAREHOUSE[key] for key in WAREHOUSE.keys() - {"kind"}},
}

BROKEN_NODES = {
    "not_an_object": ("$pageview", ()),
    "unknown_kind": ({"kind": "DataWarehouseNode"}, ()),
    "null_kind": ({"kind": None}, ()),
    "unhashable_kind": ({"kind": {"a": 1}}, ()),
    "event_with_id": ({**EVENT, "id": 31}, ("EventsNode", "id")),
    "event_with_unknown_math": ({**EVENT, "math": "p42"}, ("EventsNode", "math")),
    "event_with_sixth_group": (
        {**EVENT, "math_group_type_index": 5},
        ("EventsNode", "math_group_type_index"),
    ),
    "action_with_event": ({**ACTION, "event": "a"}, ("ActionsNode", "event")),
    "action_without_id": ({"kind": "ActionsNode"}, ("ActionsNode", "id")),
    "action_of_huge_id": ({**ACTION, "id": 10**400}, ("ActionsNode", "id")),
    "action_of_overlong_id": ({**ACTION, "id": "9" * 6000}, ("ActionsNode", "id")),
    "properties_as_object": ({**EVENT, "properties": {}}, ("EventsNode", "properties")),
}

VALID_FILTERS = {
    "event": {"key": "$os", "type": "event", "operator": "icontains", "value": "mac"},
    "event_by_default": {"key": "$os", "value": True, "label": "System"},
    "event_of_no_operator": {"key": "$os", "type": "event", "value": None, "operator": None},
    "person": {"key": "plan", "type": "person", "operator": "exact", "value": ["pro", 1, True]},
    "element": {"key": "href", "type": "element", "operator": "regex", "value": "^/a"},
    "recording": {"key": "duration", "type": "recording", "operator": "gt", "value": 60},
    "group": {"key": "a", "type": "group", "operator": "is_set", "group_type_index": 0},
    "cohort": {"type": "cohort", "value": 4},
    "cohort_spelled_out": {"key": "id", "type": "cohort", "operator": "in", "value": 4},
    "flag": {"key": "beta", "type": "flag", "operator": "flag_evaluates_to", "value": True},
    "hogql": {"key": "1 = 1", "type": "hogql"},
    "log_attribute": {"key": "a", "type": "log_attribute", "operator": "semver_gt", "value": "1"},
    "empty": {"type": "empty"},
}

BROKEN_FILTERS = {
    "not_an_object": ("plan", ()),
    "unknown_type": ({"type": "mood", "key": "a"}, ()),
    "event_without_key": ({"type": "event"}, ("event", "key")),
    "person_without_operator": ({"type": "person", "key": "a"}, ("person", "operator")),
    "unknown_operator": ({"key": "a", "operator": "like"}, ("event", "operator")),
    "value_as_object": ({"key": "a", "value": {"b": 1}}, ("event", "value")),
    "value_with_null_member": ({"key": "a", "value": [None]}, ("event", "value")),
    "unknown_element_key": (
        {"type": "element", "key": "class", "operator": "exact"},
        ("element", "key"),
    ),
    "cohort_without_value": ({"type": "cohort"}, ("cohort", "value")),
    "hogql_with_operator": (
        {"type": "hogql", "key": "1", "operator": "exact"},
        ("hogql", "operator"),
    ),
    "empty_with_key": ({"type": "empty", "key": "a"}, ("empty", "key")),
}

VALID_EXPOSURES = {
    "event": EXPOSURE,
    "event_of_no_kind": {"event": "checkout opened", "properties": []},
    "event_narrowed": {**EXPOSURE, "properties": [VALID_FILTERS["person"]]},
    "action": ACTION,
}

BROKEN_EXPOSURES = {
    "null": None,
    "list": [EXPOSURE],
    "empty": {},
    "event_missing": {"properties": []},
    "properties_missing": {"event": "a"},
    "properties_as_object": {**EXPOSURE, "properties": {}},
    "unknown_key": {**EXPOSURE, "name": "a"},
    "another_kind": {**EXPOSURE, "kind": "EventsNode"},
    "unhashable_kind": {**EXPOSURE, "kind": ["ActionsNode"]},
    "action_without_id": {"kind": "ActionsNode"},
}


def mean_of(source):
    return {"kind": "ExperimentMetric", "metric_type": "mean", "source": source}


def locations(document):
    with pytest.raises(MetricDocumentError) as caught:
        check_saved_metric(document=document)
    return [error["loc"] for error in ast.literal_eval(str(caught.value))]


@pytest.mark.parametrize("node", VALID_NODES.values(), ids=VALID_NODES)
def test_node__well_built__is_accepted(node):
    check_saved_metric(document=mean_of(node))


@pytest.mark.parametrize(("node", "loc"), BROKEN_NODES.values(), ids=BROKEN_NODES)
def test_node__badly_built__names_the_location(node, loc):
    assert locations(mean_of(node)) == [("source", *loc)]


@pytest.mark.parametrize("condition", VALID_FILTERS.values(), ids=VALID_FILTERS)
def test_property_filter__well_built__is_accepted(condition):
    check_saved_metric(document=mean_of({**EVENT, "properties": [condition]}))


@pytest.mark.parametrize(("condition", "loc"), BROKEN_FILTERS.values(), ids=BROKEN_FILTERS)
def test_property_filter__badly_built__names_the_location(condition, loc):
    document = mean_of({**EVENT, "properties": [condition]})

    assert locations(document) == [("source", "EventsNode", "properties", 0, *loc)]


@pytest.mark.parametrize("config", VALID_EXPOSURES.values(), ids=VALID_EXPOSURES)
def test_exposure_config__well_built__is_accepted(config):
    check_exposure_config(config=config)


@pytest.mark.parametrize("config", BROKEN_EXPOSURES.values(), ids=BROKEN_EXPOSURES)
def test_exposure_config__badly_built__is_refused(config):
    with pytest.raises(MetricDocumentError):
        check_exposure_config(config=config)
