import pytest

from saved_metrics.models import SavedMetric
from tests.assertions import assert_invalid
from tests.factories import MEAN_METRIC
from tests.looping import in_one_test

METRIC = {"kind": "ExperimentMetric"}
PAGEVIEW = {"kind": "EventsNode", "event": "$pageview"}
RATIO = METRIC | {"metric_type": "ratio"}
NO_QUERY = [{}, [], "", 0, False]
UNKNOWN_KINDS = [
    pytest.param({"metric_type": "mean"}, id="absent"),
    pytest.param({"kind": "TrendsQuery", "series": []}, id="trends_query"),
    pytest.param({"kind": "Unknown"}, id="unknown"),
    pytest.param({"kind": None}, id="null"),
    pytest.param({"kind": ["ExperimentMetric"]}, id="list"),
    pytest.param({"kind": {}}, id="object"),
]
UNKNOWN_TYPES = [
    pytest.param("sum", id="unknown"),
    pytest.param(None, id="null"),
    pytest.param(["mean"], id="list"),
    pytest.param({"mean": 1}, id="object"),
]
MISSING_PARTS = [
    pytest.param(METRIC | {"metric_type": "mean"}, "source", id="mean"),
    pytest.param(METRIC | {"metric_type": "funnel"}, "series", id="funnel"),
    pytest.param(RATIO | {"denominator": PAGEVIEW}, "numerator", id="numerator"),
    pytest.param(RATIO | {"numerator": PAGEVIEW}, "denominator", id="denominator"),
    pytest.param(METRIC | {"metric_type": "retention"}, "start_event", id="retention"),
    pytest.param({"kind": "ExperimentTrendsQuery"}, "count_query", id="trends"),
    pytest.param({"kind": "ExperimentFunnelsQuery"}, "funnels_query", id="funnels"),
]
WRONG_PARTS = [
    pytest.param({"unknown": 1}, id="unknown_key"),
    pytest.param({"uuid": 5}, id="uuid_number"),
    pytest.param({"name": ["x"]}, id="name_list"),
    pytest.param({"goal": "sideways"}, id="goal"),
    pytest.param({"conversion_window": 14.5}, id="window"),
    pytest.param({"conversion_window_unit": "year"}, id="unit"),
    pytest.param({"lower_bound_percentile": 2}, id="percentile"),
    pytest.param({"source": None}, id="source_null"),
    pytest.param({"source": [PAGEVIEW]}, id="source_list"),
    pytest.param({"source": PAGEVIEW | {"id": 1}}, id="event_with_id"),
    pytest.param({"source": {"kind": "ActionsNode"}}, id="action_without_id"),
    pytest.param({"source": {"kind": "ActionsNode", "id": "x"}}, id="action_id_text"),
    pytest.param({"source": PAGEVIEW | {"properties": {}}}, id="properties_object"),
    pytest.param({"source": PAGEVIEW | {"properties": ["x"]}}, id="properties_of_text"),
]


@pytest.fixture(params=["post", "put", "patch"])
def send(request, client, project, saved_metric):
    collection = f"/api/projects/{project.pk}/experiment_saved_metrics/"
    url = collection if request.param == "post" else f"{collection}{saved_metric.pk}/"

    def send_query(query):
        return getattr(client, request.param)(url, {"name": "New", "query": query})

    return send_query


def _is_untouched(saved_metric):
    stored = SavedMetric.objects.get()
    return (stored.name, stored.query, stored.updated_at) == (
        *(saved_metric.name, saved_metric.query, saved_metric.updated_at),
    )


@in_one_test("query", NO_QUERY)
def test_saved_metric_query__empty__refused_and_asked_for(send, saved_metric, query):
    response = send(query)

    assert_invalid(response, None)
    assert "needs a query" in response.json()["detail"]
    assert _is_untouched(saved_metric)


@in_one_test("query", ["x", [1], 5, True, 1.5])
def test_saved_metric_query__no_object__refused(send, saved_metric, query):
    response = send(query)

    assert_invalid(response, None)
    assert "object" in response.json()["detail"]
    assert _is_untouched(saved_metric)


@in_one_test("query", UNKNOWN_KINDS)
def test_saved_metric_query__unknown_kind__the_three_named(send, saved_metric, query):
    response = send(query)

    assert_invalid(response, None)
    assert response.json()["detail"] == (
        "The kind of the query must be one of "
        "ExperimentMetric, ExperimentTrendsQuery, ExperimentFunnelsQuery."
    )
    assert _is_untouched(saved_metric)


def test_saved_metric_query__no_metric_type__asked_for(send, saved_metric):
    response = send(METRIC)

    assert_invalid(response, None)
    assert "metric_type" in response.json()["detail"]
    assert _is_untouched(saved_metric)


@in_one_test("metric_type", UNKNOWN_TYPES)
def test_saved_metric_query__unknown_metric_type__the_four_named(send, saved_metric, metric_type):
    response = send(METRIC | {"metric_type": metric_type})

    assert_invalid(response, None)
    assert "mean, funnel, ratio, retention" in response.json()["detail"]
    assert _is_untouched(saved_metric)


@in_one_test(("query", "part"), MISSING_PARTS)
def test_saved_metric_query__part_missing__located(send, saved_metric, query, part):
    response = send(query)

    assert_invalid(response, None)
    assert f"'loc': ('{part}',), 'msg': 'Field required'" in response.json()["detail"]
    assert _is_untouched(saved_metric)


@in_one_test("part", WRONG_PARTS)
def test_saved_metric_query__wrong_part__located(send, saved_metric, part):
    response = send(MEAN_METRIC | part)

    assert_invalid(response, None)
    assert f"'loc': ('{next(iter(part))}'" in response.json()["detail"]
    assert _is_untouched(saved_metric)
