import ast

import pytest

from saved_metrics.documents import (
    METRIC_TYPES,
    MetricDocumentError,
    check_inline_metric,
    check_saved_metric,
)
from tests.looping import in_one_test

PAGEVIEW = {"kind": "EventsNode", "event": "$pageview"}
ORDERS = {"kind": "EventsNode", "event": "order completed"}
REVENUE = {**ORDERS, "math": "sum", "math_property": "amount"}
METRIC = {"kind": "ExperimentMetric"}
MEAN = {**METRIC, "metric_type": "mean", "source": PAGEVIEW}
FUNNEL = {**METRIC, "metric_type": "funnel", "series": [PAGEVIEW]}
RATIO = {**METRIC, "metric_type": "ratio", "numerator": REVENUE, "denominator": ORDERS}
RETENTION = {
    **METRIC,
    "metric_type": "retention",
    "start_event": {"kind": "EventsNode", "event": "signed up"},
    "completion_event": PAGEVIEW,
    "retention_window_start": 1,
    "retention_window_end": 7,
    "retention_window_unit": "day",
    "start_handling": "first_seen",
}
TWO_WEEKS = {"conversion_window": 14, "conversion_window_unit": "day"}
CLIPPED = {"lower_bound_percentile": 0.01, "upper_bound_percentile": 0.99, "ignore_zeros": True}
CURRENCY = {"key": "currency", "type": "event", "operator": "exact", "value": ["EUR"]}
AMOUNT = {"key": "amount", "type": "event", "operator": "gt", "value": 10}
FIRST = {"key": "first_order", "type": "event", "operator": "is_not", "value": ["true"]}
BROWSERS = {"breakdowns": [{"type": "event", "property": "$browser"}], "breakdown_limit": 10}
TICKETS = {
    "kind": "ExperimentDataWarehouseNode",
    "table_name": "zendesk_tickets",
    "timestamp_field": "created_at",
    "events_join_key": "properties.$user_id",
    "data_warehouse_join_key": "requester_id",
    "math": "total",
}
CHECKOUT = [
    {"kind": "EventsNode", "event": "cart viewed", "name": "cart viewed"},
    {"kind": "ActionsNode", "id": 31, "name": "Entered address"},
    {**ORDERS, "properties": [AMOUNT]},
]

VALID_METRICS = {
    "mean": {**MEAN, "uuid": "0f1f6b52", "name": "Page views", "goal": "increase"},
    "mean_clipped": {
        **MEAN,
        **TWO_WEEKS,
        **CLIPPED,
        "source": REVENUE | {"properties": [CURRENCY]},
    },
    "mean_of_warehouse": {**MEAN, "goal": "decrease", "source": TICKETS},
    "mean_without_window": {**MEAN, "conversion_window": 0},
    "mean_clipped_to_one_value": {
        **MEAN,
        "lower_bound_percentile": 0.5,
        "upper_bound_percentile": 0.5,
    },
    "retention_on_one_day": {**RETENTION, "retention_window_start": 7},
    "retention_from_the_start": {**RETENTION, "retention_window_start": 0},
    "mean_with_threshold": {**MEAN, "threshold": 2.5},
    "mean_with_coerced_values": {**MEAN, "conversion_window": "14", "ignore_zeros": "true"},
    "mean_with_nulls": {**MEAN, "name": None, "goal": None, "breakdownFilter": None},
    "mean_shared": {**MEAN, "isSharedMetric": True, "sharedMetricId": 4, "fingerprint": "a"},
    "mean_of_anything": {**MEAN, "source": {}},
    "funnel": {**FUNNEL, "name": "Signup", "goal": "increase"},
    "funnel_ordered": {
        **FUNNEL,
        "funnel_order_type": "ordered",
        "series": CHECKOUT,
        "breakdownFilter": BROWSERS,
    },
    "funnel_attributed": {
        **FUNNEL,
        "breakdownAttributionType": "step",
        "breakdownAttributionValue": 1,
    },
    "ratio": {**RATIO, "name": "Revenue per order"},
    "ratio_per_session": {
        **RATIO,
        "numerator": {"kind": "EventsNode", "event": "$exception", "math": "total"},
        "denominator": {"kind": "EventsNode", "event": None, "math": "unique_session"},
    },
    "ratio_clipped": {
        **RATIO,
        "numerator_outlier_handling": CLIPPED,
        "denominator_outlier_handling": {"upper_bound_percentile": 1},
    },
    "retention": {**RETENTION, "name": "Week-1 return"},
    "retention_of_buyers": {
        **RETENTION,
        **TWO_WEEKS,
        "start_event": {"kind": "ActionsNode", "id": 8, "name": "Bought something"},
        "completion_event": {**ORDERS, "properties": [FIRST]},
        "start_handling": "last_seen",
    },
    "retention_from_exposure": {**RETENTION, "start_event": {"kind": "ExperimentExposureNode"}},
}

BROKEN_METRICS = {
    "mean_without_source": (MEAN | {"source": None}, ("source",)),
    "unknown_key": (MEAN | {"colour": "red"}, ("colour",)),
    "percentile_above_one": (MEAN | {"upper_bound_percentile": 95}, ("upper_bound_percentile",)),
    "negative_window": (MEAN | {"conversion_window": -1}, ("conversion_window",)),
    "endless_window": (MEAN | {"conversion_window": 10**18}, ()),
    "endless_days": (MEAN | TWO_WEEKS | {"conversion_window": 40_000}, ()),
    "threshold_of_nothing": (MEAN | {"threshold": 0}, ("threshold",)),
    "percentiles_out_of_order": (
        MEAN | {"lower_bound_percentile": 0.9, "upper_bound_percentile": 0.1},
        (),
    ),
    "percentiles_out_of_order_in_a_ratio": (
        RATIO
        | {
            "numerator_outlier_handling": {
                "lower_bound_percentile": 0.9,
                "upper_bound_percentile": 0.1,
            }
        },
        ("numerator_outlier_handling",),
    ),
    "retention_backwards": (RETENTION | {"retention_window_start": 8}, ()),
    "retention_before_the_start": (
        RETENTION | {"retention_window_start": -1},
        ("retention_window_start",),
    ),
    "retention_for_ever": (RETENTION | {"retention_window_end": 10**18}, ()),
    "fractional_window": (MEAN | {"conversion_window": 14.5}, ("conversion_window",)),
    "unknown_unit": (MEAN | {"conversion_window_unit": "year"}, ("conversion_window_unit",)),
    "unknown_goal": (MEAN | {"goal": "double"}, ("goal",)),
    "huge_number": (MEAN | {"threshold": 10**400}, ("threshold",)),
    "infinite_number": (MEAN | {"threshold": float("inf")}, ("threshold",)),
    "key_of_another_type": (FUNNEL | {"source": PAGEVIEW}, ("source",)),
    "series_not_a_list": (FUNNEL | {"series": PAGEVIEW}, ("series",)),
    "exposure_as_completion": (
        RETENTION | {"completion_event": {"kind": "ExperimentExposureNode"}},
        ("completion_event",),
    ),
    "four_breakdowns": (
        MEAN | {"breakdownFilter": {"breakdowns": [{"property": "a"}] * 4}},
        ("breakdownFilter", "breakdowns"),
    ),
    "unknown_breakdown_type": (
        MEAN | {"breakdownFilter": {"breakdowns": [{"property": "a", "type": "mood"}]}},
        ("breakdownFilter", "breakdowns", 0, "type"),
    ),
}

UNKNOWN_KINDS = {
    "missing": {"metric_type": "mean"},
    "unknown": {"kind": "Nonsense"},
    "null": {"kind": None},
    "boolean": {"kind": True},
    "unhashable": {"kind": ["ExperimentMetric"]},
    "insight": {"kind": "TrendsQuery", "series": []},
}


def refusal(check, document):
    with pytest.raises(MetricDocumentError) as caught:
        check(document=document)
    return str(caught.value)


@in_one_test("document", VALID_METRICS.values(), ids=VALID_METRICS)
def test_metric__well_built__is_accepted(document):
    check_saved_metric(document=document)
    check_inline_metric(document=document)


@in_one_test(("document", "loc"), BROKEN_METRICS.values(), ids=BROKEN_METRICS)
@in_one_test("check", [check_saved_metric, check_inline_metric])
def test_metric__badly_built__names_the_location(check, document, loc):
    errors = ast.literal_eval(refusal(check, document))

    assert [error["loc"] for error in errors] == [loc]


@in_one_test("field", ["numerator", "denominator"])
def test_ratio__source_missing__dump_holds_the_fragment(field):
    document = {key: value for key, value in RATIO.items() if key != field}

    message = refusal(check_saved_metric, document)

    assert f"'loc': ('{field}',), 'msg': 'Field required'" in message


@in_one_test("document", UNKNOWN_KINDS.values(), ids=UNKNOWN_KINDS)
def test_saved_metric__kind_not_allowed__names_the_three_kinds(document):
    assert refusal(check_saved_metric, document) == (
        "The kind of the query must be one of "
        "ExperimentMetric, ExperimentTrendsQuery, ExperimentFunnelsQuery."
    )


@in_one_test("document", UNKNOWN_KINDS.values(), ids=UNKNOWN_KINDS)
def test_inline_metric__kind_not_allowed__names_the_only_kind(document):
    message = refusal(check_inline_metric, document)

    assert message == "The kind of a metric must be ExperimentMetric."


@in_one_test("document", [{}, [], "", 0, False, None])
def test_saved_metric__falsy__asks_for_a_query(document):
    assert "needs a query" in refusal(check_saved_metric, document)


@in_one_test("document", [[MEAN], "mean", 7, True])
@in_one_test("check", [check_saved_metric, check_inline_metric])
def test_metric__not_an_object__asks_for_an_object(check, document):
    assert "must be a JSON object" in refusal(check, document)


def test_metric__metric_type_missing__asks_for_it():
    assert "needs a metric_type" in refusal(check_saved_metric, METRIC)


@in_one_test("metric_type", ["median", None, 1, ["mean"], {"a": 1}])
def test_metric__metric_type_unknown__names_the_four_types(metric_type):
    message = refusal(check_saved_metric, {**METRIC, "metric_type": metric_type})

    assert all(name in message for name in METRIC_TYPES)


def test_funnel__without_steps__is_refused_only_inline():
    document = {**FUNNEL, "series": []}

    check_saved_metric(document=document)

    assert "at least one step" in refusal(check_inline_metric, document)


def test_dump__more_than_fifteen_errors__is_truncated():
    document = {**MEAN, **{f"unknown{number}": number for number in range(20)}}

    errors = ast.literal_eval(refusal(check_saved_metric, document))

    assert len(errors) == 16
    assert errors[-1] == {"type": "truncated", "loc": (), "msg": "5 more not shown"}


def test_dump__input_wrong__is_not_echoed():
    source = {"kind": "SECRET", "math": "SECRET"}

    message = refusal(check_saved_metric, {**MEAN, "source": source, "goal": "SECRET"})

    assert "SECRET" not in message
    assert "ActionsNode" in message


def test_dump__key_overlong__is_shortened():
    message = refusal(check_saved_metric, {**MEAN, "k" * 5000: 1})

    assert len(message) < 300
