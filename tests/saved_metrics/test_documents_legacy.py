import ast

import pytest

from saved_metrics.documents import (
    LEGACY_KINDS,
    MetricDocumentError,
    check_inline_metric,
    check_saved_metric,
    is_legacy,
)

PAGEVIEW = {"kind": "EventsNode", "event": "$pageview"}
REVENUE = {"kind": "EventsNode", "event": "order completed", "math": "sum"}
DATES = {"date_from": "2026-01-01", "date_to": None, "explicitDate": True}
TABLE = {
    "kind": "DataWarehouseNode",
    "id": "orders",
    "id_field": "id",
    "table_name": "orders",
    "timestamp_field": "created_at",
    "distinct_id_field": "customer",
}
OR_GROUP = {"type": "OR", "values": [{"key": "a", "value": 1}, {"type": "cohort", "value": 4}]}
FUNNELS_FILTER = {
    "funnelVizType": "steps",
    "funnelWindowInterval": 3,
    "funnelWindowIntervalUnit": "day",
    "funnelOrderType": "strict",
}


def trends(**changes):
    return {
        "kind": "ExperimentTrendsQuery",
        "count_query": {"kind": "TrendsQuery", "series": [PAGEVIEW], **changes},
    }


def funnels(**changes):
    return {
        "kind": "ExperimentFunnelsQuery",
        "funnels_query": {"kind": "FunnelsQuery", "series": [PAGEVIEW], **changes},
    }


VALID_METRICS = {
    "trends": trends(),
    "trends_named": {**trends(), "uuid": "a", "name": "b", "experiment_id": 3},
    "trends_with_exposure": {
        **trends(interval="day", filterTestAccounts=True, dateRange=DATES, series=[REVENUE]),
        "exposure_query": {"kind": "TrendsQuery", "series": [PAGEVIEW]},
    },
    "trends_of_table": trends(series=[TABLE]),
    "trends_of_no_kinds": {"kind": "ExperimentTrendsQuery", "count_query": {"series": [{}]}},
    "trends_with_filters": trends(properties=[{"key": "a", "value": 1}], compareFilter=None),
    "trends_with_groups": trends(properties={"type": "AND", "values": [OR_GROUP]}),
    "funnels": funnels(series=[PAGEVIEW, REVENUE]),
    "funnels_windowed": funnels(
        dateRange=DATES,
        funnelsFilter=FUNNELS_FILTER,
        series=[PAGEVIEW, {"kind": "ActionsNode", "id": 31}],
    ),
}

BROKEN_METRICS = {
    "trends_without_query": ({"kind": "ExperimentTrendsQuery"}, ("count_query",)),
    "funnels_without_query": ({"kind": "ExperimentFunnelsQuery"}, ("funnels_query",)),
    "unknown_key": ({**trends(), "metric_type": "mean"}, ("metric_type",)),
    "queries_swapped": (trends(kind="FunnelsQuery"), ("count_query", "kind")),
    "null_series": (trends(series=None), ("count_query", "series")),
    "modern_table": (
        trends(series=[{"kind": "ExperimentDataWarehouseNode"}]),
        ("count_query", "series", 0),
    ),
    "unknown_date_key": (
        funnels(dateRange={"from": "2026-01-01"}),
        ("funnels_query", "dateRange", "from"),
    ),
    "unknown_order": (
        funnels(funnelsFilter={"funnelOrderType": "any"}),
        ("funnels_query", "funnelsFilter", "funnelOrderType"),
    ),
    "broken_filter_in_group": (
        trends(properties={"type": "AND", "values": [{"type": "OR", "values": [{}]}]}),
        ("count_query", "properties", *("group", "values", 0) * 2, "filter", "event", "key"),
    ),
}


@pytest.mark.parametrize("document", VALID_METRICS.values(), ids=VALID_METRICS)
def test_legacy_metric__well_built__is_accepted_as_saved_metric(document):
    check_saved_metric(document=document)


@pytest.mark.parametrize("document", VALID_METRICS.values(), ids=VALID_METRICS)
def test_legacy_metric__inline__is_refused_as_legacy(document):
    with pytest.raises(MetricDocumentError, match="Legacy metrics are no longer accepted"):
        check_inline_metric(document=document)


@pytest.mark.parametrize(("document", "loc"), BROKEN_METRICS.values(), ids=BROKEN_METRICS)
def test_legacy_metric__badly_built__names_the_location(document, loc):
    with pytest.raises(MetricDocumentError) as caught:
        check_saved_metric(document=document)

    assert [error["loc"] for error in ast.literal_eval(str(caught.value))] == [loc]


def test_legacy_metric__query_missing__dump_holds_the_fragment():
    with pytest.raises(MetricDocumentError) as caught:
        check_saved_metric(document={"kind": "ExperimentTrendsQuery"})

    assert "'loc': ('count_query',), 'msg': 'Field required'" in str(caught.value)


@pytest.mark.parametrize("kind", LEGACY_KINDS)
def test_is_legacy__legacy_kind__is_true(kind):
    assert is_legacy(document={"kind": kind})


@pytest.mark.parametrize(
    "document", [{"kind": "ExperimentMetric"}, {}, {"kind": []}, None, "ExperimentTrendsQuery"]
)
def test_is_legacy__anything_else__is_false(document):
    assert not is_legacy(document=document)
