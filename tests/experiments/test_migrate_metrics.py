"""migrate/: which metric of the current kind a legacy metric becomes, and which becomes none."""

import pytest

from tests.assertions import assert_invalid
from tests.experiments.database_rows import everything
from tests.experiments.legacy import EUROPE, EXPOSED, PAID, SEEN, funnels, trends


@pytest.fixture
def metric_of(copy_of, make_legacy):
    """Return what becomes of a metric, without what is stamped on it."""

    def metric_of(metric):
        [found] = copy_of(make_legacy(metric))["metrics"]
        return {key: found[key] for key in found if key != "fingerprint"}

    return metric_of


def test_migrate__trends__mean_with_its_math(metric_of):
    assert metric_of(trends()) == {
        "kind": "ExperimentMetric",
        "metric_type": "mean",
        "uuid": "a",
        "name": "Paid",
        "source": PAID,
    }


def test_migrate__funnel__funnel_with_its_steps(metric_of):
    shown = {
        "funnelWindowInterval": 3,
        "funnelWindowIntervalUnit": "hour",
        "funnelOrderType": "unordered",
        "layout": "vertical",
    }

    assert metric_of(funnels(shown=shown)) == {
        "kind": "ExperimentMetric",
        "metric_type": "funnel",
        "uuid": "b",
        "series": [SEEN, PAID],
        "conversion_window": 3,
        "conversion_window_unit": "hour",
        "funnel_order_type": "unordered",
    }


def test_migrate__funnel_without_a_window__the_one_that_it_had(metric_of):
    found = metric_of(funnels())

    assert (found["conversion_window"], found["conversion_window_unit"]) == (14, "day")


@pytest.mark.parametrize(
    "properties",
    [[EUROPE], {"type": "AND", "values": [{"type": "OR", "values": [EUROPE]}]}],
    ids=["list", "groups"],
)
def test_migrate__filters_of_the_query__on_each_event(metric_of, properties):
    found = metric_of(funnels(properties=properties))

    assert [each["properties"] for each in found["series"]] == [[EUROPE], [EUROPE]]


def test_migrate__breakdown__kept_with_its_attribution(metric_of):
    shown = {"breakdownAttributionType": "last_touch"}
    split = {"breakdown": "$browser", "breakdown_type": "event"}

    found = metric_of(funnels(shown=shown, breakdownFilter=split))

    assert found["breakdownFilter"] == split
    assert found["breakdownAttributionType"] == "last_touch"


def test_migrate__exposure_by_the_flag__left_out(metric_of):
    own = [{"type": "event", "key": "$feature_flag", "value": ["a"], "operator": "exact"}]
    exposure = {"kind": "TrendsQuery", "series": [EXPOSED | {"properties": own}]}

    assert metric_of(trends(exposure=exposure))["source"] == PAID


OTHER_GROUP = {"type": "OR", "values": [EUROPE, EUROPE | {"value": "us"}]}
WAREHOUSE = {
    "kind": "DataWarehouseNode",
    "id": "orders",
    "id_field": "id",
    "table_name": "orders",
    "timestamp_field": "at",
    "distinct_id_field": "user",
}


@pytest.mark.parametrize(
    ("metric", "named"),
    [
        (trends(series=[]), "count_query.series"),
        (trends(series=[PAID, SEEN]), "count_query.series"),
        (trends(series=[WAREHOUSE]), "warehouse"),
        (trends(samplingFactor=0.5), "count_query.samplingFactor"),
        (trends(aggregation_group_type_index=0), "count_query.aggregation_group_type_index"),
        (trends(properties=OTHER_GROUP), "count_query.properties"),
        (trends(trendsFilter={"formula": "A/B"}), "count_query.trendsFilter.formula"),
        (trends(conversionGoal={"actionId": 1}), "count_query.conversionGoal"),
        (trends(exposure={"kind": "TrendsQuery", "series": [SEEN]}), "exposure_query"),
        (trends(unknown=1), "unknown"),
        (funnels(shown={"funnelToStep": 0}), "funnels_query.funnelsFilter.funnelToStep"),
        (funnels(shown={"exclusions": [{}]}), "funnels_query.funnelsFilter.exclusions"),
        (funnels(shown={"funnelAggregateByHogQL": "x"}), "funnelAggregateByHogQL"),
    ],
    ids=str,
)
def test_migrate__no_counterpart__refused_by_name(make_legacy, migrate, metric, named):
    experiment = make_legacy(trends(uuid="fine"), metric)
    before = everything()

    response = migrate(experiment)

    assert_invalid(response, "metrics")
    assert named in response.json()["detail"]
    assert "Metric 1" in response.json()["detail"]
    assert everything() == before
