from copy import deepcopy
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from experiments.metrics import (
    first_repeated,
    metric_fingerprint,
    metric_uuids,
    missing_uuids,
    reordered,
    with_added,
    with_experiment_dates,
    with_fingerprints,
    with_uuids,
)

DRAFT = {
    "start_date": None,
    "stats_method": "bayesian",
    "exposure_criteria": {"filterTestAccounts": True},
}
RUNNING = {
    "start_date": datetime(2024, 1, 1, 10, tzinfo=UTC),
    "stats_method": "frequentist",
    "exposure_criteria": {
        "kind": "ExperimentEventExposureConfig",
        "event": "$feature_flag_called",
        "properties": [],
    },
}
DURATION = {"kind": "EventsNode", "event": "$session_duration"}
PAGEVIEW = {"kind": "EventsNode", "event": "$pageview"}
AUTOCAPTURE = {"kind": "EventsNode", "event": "$autocapture"}
NAMED_PAGEVIEW = {**PAGEVIEW, "name": "$pageview"}
TWO_WEEKS = {"conversion_window": 14, "conversion_window_unit": "day"}
MEAN = {"metric_type": "mean", "source": DURATION}
PERCENTILES = {"lower_bound_percentile": 0.05, "upper_bound_percentile": 0.95}

GOLDEN = {
    "draft_mean": (
        MEAN,
        DRAFT,
        "d2e1f06570c3ec0af658c6255890c0ee509e0a275cbc80f630d8e8718a1b8c25",
    ),
    "draft_funnel": (
        {"metric_type": "funnel", "series": [PAGEVIEW, AUTOCAPTURE]},
        DRAFT,
        "dc70f252171bb66b8b40a28ba702ad2907c61d0962b54f332dee96afd67b240c",
    ),
    "draft_ratio": (
        {"metric_type": "ratio", "numerator": DURATION, "denominator": AUTOCAPTURE},
        DRAFT,
        "ac46d8229e2ec5558200082a3f5d2e4e6e5041585d4f07dbd28930ee90fad235",
    ),
    "running_mean": (
        {
            **TWO_WEEKS,
            **PERCENTILES,
            "metric_type": "mean",
            "goal": "increase",
            "source": NAMED_PAGEVIEW,
        },
        RUNNING,
        "d6a393e5456b71c16961c45e07eb17cb86e4f7972549033f9883c99430248c02",
    ),
    "running_funnel": (
        {
            **TWO_WEEKS,
            "metric_type": "funnel",
            "goal": "increase",
            "series": [NAMED_PAGEVIEW],
            "funnel_order_type": "unordered",
        },
        RUNNING,
        "9f7888cb2f7f9c3dac2b6482a964eef6911f97e376ed53305ed6653f7f70ce9b",
    ),
    "running_ratio": (
        {
            **TWO_WEEKS,
            "metric_type": "ratio",
            "goal": "decrease",
            "numerator": NAMED_PAGEVIEW,
            "denominator": {**NAMED_PAGEVIEW, "math": "total"},
        },
        RUNNING,
        "1b83a833a62ff9c2f01ba86be1f3e578b97749d3264e08ff9e76d863865e3ff3",
    ),
}


@pytest.mark.parametrize(("metric", "setting", "expected"), GOLDEN.values(), ids=GOLDEN)
def test_metric_fingerprint__known_metric__matches_the_golden_value(metric, setting, expected):
    named = {**metric, "kind": "ExperimentMetric", "uuid": "u", "name": "n", "fingerprint": "f"}

    assert metric_fingerprint(metric=named, **setting) == expected


def test_metric_fingerprint__start_in_another_zone__is_the_same():
    start = RUNNING["start_date"].astimezone(timezone(timedelta(hours=-5)))

    fingerprint = metric_fingerprint(metric=MEAN, **{**RUNNING, "start_date": start})

    assert fingerprint == metric_fingerprint(metric=MEAN, **RUNNING)


@pytest.mark.parametrize(
    "change",
    [
        {"start_date": datetime(2024, 1, 1, tzinfo=UTC)},
        {"stats_method": "frequentist"},
        {"exposure_criteria": None},
    ],
    ids=["start", "method", "exposure"],
)
def test_metric_fingerprint__setting_changed__differs(change):
    fingerprint = metric_fingerprint(metric=MEAN, **{**DRAFT, **change})

    assert fingerprint != metric_fingerprint(metric=MEAN, **DRAFT)


def test_metric_fingerprint__exposure_empty__equals_no_exposure():
    fingerprints = {
        metric_fingerprint(metric=MEAN, **{**DRAFT, "exposure_criteria": criteria})
        for criteria in ({}, None)
    }

    assert len(fingerprints) == 1


def test_with_fingerprints__stale_fingerprint__is_replaced_in_a_copy():
    stale = {**MEAN, "fingerprint": "stale"}

    [metric] = with_fingerprints(metrics=[stale], **DRAFT)

    assert metric == {**MEAN, "fingerprint": GOLDEN["draft_mean"][2]}
    assert stale["fingerprint"] == "stale"


@pytest.mark.parametrize("metric", [{}, {"uuid": ""}, {"uuid": None}, {"uuid": 7}, {"uuid": []}])
def test_with_uuids__no_usable_uuid__gets_a_distinct_random_one(metric):
    first, second = with_uuids(metrics=[metric, metric])

    assert UUID(first["uuid"]).version == 4
    assert first["uuid"] != second["uuid"]


def test_with_uuids__given_uuid__is_kept_in_a_deep_copy():
    metrics = [{"uuid": "not a uuid", "source": {"event": "a"}}]

    copies = with_uuids(metrics=metrics)

    assert copies == metrics
    assert copies[0]["source"] is not metrics[0]["source"]


@pytest.mark.parametrize(
    ("metrics", "expected"),
    [
        (None, []),
        ([], []),
        ([{"uuid": "b"}, {}, {"uuid": None}, {"uuid": ""}, None, {"uuid": "a"}], ["b", "a"]),
    ],
    ids=["null", "empty", "mixed"],
)
def test_metric_uuids__any_list__lists_those_present(metrics, expected):
    assert metric_uuids(metrics=metrics) == expected


@pytest.mark.parametrize(
    ("uuids", "expected"),
    [("", None), ("abcd", None), ("aa", "a"), ("abcb", "b"), ("abba", "b")],
    ids=["none", "distinct", "in_a_row", "apart", "first_repetition"],
)
def test_first_repeated__uuids__finds_the_first_repetition(uuids, expected):
    assert first_repeated(uuids) == expected


@pytest.mark.parametrize(
    ("ordering", "uuids", "expected"),
    [
        (None, [], []),
        (None, ["1", "2"], ["1", "2"]),
        (["2", "1"], ["1", "2", "3"], ["2", "1", "3"]),
        (["x"], ["1", "1"], ["x", "1"]),
    ],
    ids=["nothing", "no_ordering", "partly_known", "repeated"],
)
def test_with_added__uuids__appends_the_missing_ones(ordering, uuids, expected):
    original = deepcopy(ordering)

    assert with_added(ordering=ordering, uuids=uuids) == expected
    assert ordering == original


@pytest.mark.parametrize(
    ("ordering", "before", "after", "expected"),
    [
        (None, ["1"], ["1"], None),
        (["x"], ["1", "2"], ["2", "1"], ["x"]),
        (["2", "1"], ["1", "2"], ["1", "2", "3"], ["2", "1", "3"]),
        (None, [], ["1", "2"], ["1", "2"]),
        ([], ["1"], ["1", "2"], ["2"]),
        (["2", "1"], ["1", "2"], ["2"], ["2"]),
        (["x", "1"], ["1"], ["2"], ["x", "2"]),
        (None, ["1"], [], []),
    ],
    ids=[
        *("unchanged_null", "only_moved", "added", "added_to_null", "added_to_empty"),
        *("removed", "swapped_beside_unknown", "removed_from_null"),
    ],
)
def test_reordered__metrics_changed__follows_them(ordering, before, after, expected):
    assert reordered(ordering=ordering, before=before, after=after) == expected


def test_missing_uuids__ordering__lists_what_it_lacks():
    assert missing_uuids(ordering=None, expected=["1"]) == ["1"]
    assert missing_uuids(ordering=["2", "x"], expected=["1", "2", "3"]) == ["1", "3"]


@pytest.mark.parametrize("field", ["count_query", "funnels_query"])
def test_with_experiment_dates__stale_range__is_replaced_in_a_copy(field):
    metric = {"name": "a", field: {"series": [], "dateRange": {"date_from": "-7d"}}}
    original = deepcopy(metric)

    dated = with_experiment_dates(metric=metric, start="2026-01-01T00:00:00Z", end="")

    assert dated[field]["dateRange"] == {
        "date_from": "2026-01-01T00:00:00Z",
        "date_to": "",
        "explicitDate": True,
    }
    assert dated[field]["series"] == []
    assert metric == original


@pytest.mark.parametrize("query", [None, "", [], {}, {"dateRange": None}, {"dateRange": {}}, 7])
def test_with_experiment_dates__no_range__is_unchanged(query):
    metric = {"count_query": query}

    assert with_experiment_dates(metric=metric, start="a", end="b") == metric


def test_with_experiment_dates__modern_metric__is_unchanged():
    assert with_experiment_dates(metric=MEAN, start="a", end="b") == MEAN
