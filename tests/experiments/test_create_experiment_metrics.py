import re
from uuid import UUID

import pytest

from actions.models import Action
from experiments.models import Experiment
from tests import factories
from tests.assertions import assert_invalid
from tests.experiments.database_rows import everything
from tests.experiments.paths import collection
from tests.looping import in_one_test

MINIMAL = {"name": "Checkout", "feature_flag_key": "checkout"}
MEAN, FUNNEL = factories.MEAN_METRIC, factories.FUNNEL_METRIC
EVENT = {"kind": "EventsNode", "event": "$pageview"}
RATIO = {
    "kind": "ExperimentMetric",
    "metric_type": "ratio",
    "numerator": EVENT,
    "denominator": EVENT | {"math": "total"},
}
RETENTION = {
    "kind": "ExperimentMetric",
    "metric_type": "retention",
    "start_event": EVENT,
    "completion_event": EVENT,
    "retention_window_start": 1,
    "retention_window_end": 7,
    "retention_window_unit": "day",
    "start_handling": "first_seen",
}


def test_create_experiment_metrics__one_of_each_type__stored_with_uuid_and_fingerprint(
    client, project
):
    sent = {"metrics": [MEAN, FUNNEL], "metrics_secondary": [RATIO, RETENTION]}

    response = client.post(collection(project), MINIMAL | sent)

    assert response.status_code == 201
    experiment, body = Experiment.objects.get(), response.json()
    for field, metrics in sent.items():
        assert body[field] == getattr(experiment, field)
        assert [_as_sent(metric) for metric in body[field]] == metrics
        for metric in body[field]:
            assert str(UUID(metric["uuid"])) == metric["uuid"]
            assert re.fullmatch("[0-9a-f]{64}", metric["fingerprint"])
    assert body["primary_metrics_ordered_uuids"] == [metric["uuid"] for metric in body["metrics"]]
    assert body["secondary_metrics_ordered_uuids"] == [
        metric["uuid"] for metric in body["metrics_secondary"]
    ]


def test_create_experiment_metrics__own_uuid__kept(client, project):
    response = client.post(collection(project), MINIMAL | {"metrics": [MEAN | {"uuid": "mine"}]})

    assert [metric["uuid"] for metric in response.json()["metrics"]] == ["mine"]


@pytest.mark.parametrize("uuid", ["", None], ids=["empty", "null"])
def test_create_experiment_metrics__no_uuid__each_its_own(client, project, uuid):
    metric = MEAN | {"uuid": uuid}

    response = client.post(
        collection(project), MINIMAL | {"metrics": [metric, metric], "metrics_secondary": [metric]}
    )

    body = response.json()
    uuids = {metric["uuid"] for metric in body["metrics"] + body["metrics_secondary"]}
    assert len(uuids) == 3
    assert all(UUID(uuid).version == 4 for uuid in uuids)


def test_create_experiment_metrics__fingerprint_sent__overwritten(client, project):
    sent = [MEAN | {"fingerprint": "f" * 64}]

    response = client.post(collection(project), MINIMAL | {"metrics": sent})

    assert response.json()["metrics"][0]["fingerprint"] != "f" * 64


@in_one_test(
    "sent",
    [
        {"metrics": [MEAN | {"uuid": "a"}, FUNNEL | {"uuid": "a"}]},
        {"metrics_secondary": [MEAN | {"uuid": "a"}, MEAN | {"uuid": "a"}]},
        {"metrics": [MEAN | {"uuid": "a"}], "metrics_secondary": [FUNNEL | {"uuid": "a"}]},
    ],
    ids=["primary", "secondary", "across"],
)
def test_create_experiment_metrics__same_uuid_twice__refused(client, project, sent):
    response = client.post(collection(project), MINIMAL | sent)

    assert_invalid(response, None)
    assert everything() == []


BAD_METRICS = {
    "null": [None],
    "text": ["mean"],
    "list": [[MEAN]],
    "empty": [{}],
    "unknown kind": [MEAN | {"kind": "TrendsQuery"}],
    "no kind": [{key: MEAN[key] for key in ("metric_type", "source")}],
    "legacy trends": [{"kind": "ExperimentTrendsQuery", "count_query": {"kind": "TrendsQuery"}}],
    "legacy funnels": [{"kind": "ExperimentFunnelsQuery", "funnels_query": {}}],
    "unknown type": [MEAN | {"metric_type": "median"}],
    "no type": [{key: MEAN[key] for key in ("kind", "source")}],
    "no source": [{"kind": "ExperimentMetric", "metric_type": "mean"}],
    "unknown key": [MEAN | {"colour": "red"}],
    "unknown key in a node": [MEAN | {"source": EVENT | {"colour": "red"}}],
    "properties are an object": [MEAN | {"source": EVENT | {"properties": {"key": "a"}}}],
    "funnel without steps": [FUNNEL | {"series": []}],
    "uuid is a number": [MEAN | {"uuid": 7}],
    "goal unknown": [MEAN | {"goal": "sideways"}],
    "percentile above 1": [MEAN | {"upper_bound_percentile": 95}],
    "second of two": [MEAN, FUNNEL | {"series": None}],
}


@in_one_test("field", ["metrics", "metrics_secondary"])
@in_one_test("metrics", BAD_METRICS.values(), ids=BAD_METRICS.keys())
def test_create_experiment_metrics__bad_document__refused(client, project, field, metrics):
    response = client.post(collection(project), MINIMAL | {field: metrics})

    assert_invalid(response, field)
    assert everything() == []


@in_one_test("field", ["metrics", "metrics_secondary"])
@in_one_test("value", [{}, "x", 1, True], ids=repr)
def test_create_experiment_metrics__no_list__refused(client, project, field, value):
    response = client.post(collection(project), MINIMAL | {field: value})

    assert_invalid(response, field, "not_a_list")
    assert everything() == []


def test_create_experiment_metrics__properties_are_a_list__accepted(client, project):
    source = EVENT | {"properties": [{"key": "$browser", "value": ["Safari"], "type": "event"}]}

    response = client.post(collection(project), MINIMAL | {"metrics": [MEAN | {"source": source}]})

    assert response.status_code == 201
    assert response.json()["metrics"][0]["source"] == source


@pytest.mark.parametrize("event", [None, "", "never seen"], ids=repr)
def test_create_experiment_metrics__any_event__accepted(client, project, event):
    source = {"kind": "EventsNode", "event": event}

    response = client.post(collection(project), MINIMAL | {"metrics": [MEAN | {"source": source}]})

    assert response.status_code == 201


def _about(node: dict) -> dict[str, dict]:
    return {
        "mean": MEAN | {"source": node},
        "funnel step": FUNNEL | {"series": [EVENT, node]},
        "ratio denominator": RATIO | {"denominator": node},
        "ratio numerator": RATIO | {"numerator": node},
        "retention completion": RETENTION | {"completion_event": node},
        "retention start": RETENTION | {"start_event": node},
    }


PLACES = list(_about({}))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("spelling", [int, str])
def test_create_experiment_metrics__own_action__accepted(client, project, place, spelling):
    action = Action.objects.create(project=project, name="Paid")
    metric = _about({"kind": "ActionsNode", "id": spelling(action.pk)})[place]

    response = client.post(collection(project), MINIMAL | {"metrics": [metric]})

    assert response.status_code == 201


@in_one_test("field", ["metrics", "metrics_secondary"])
@in_one_test("place", PLACES)
def test_create_experiment_metrics__unknown_action__refused(client, project, field, place):
    metric = _about({"kind": "ActionsNode", "id": 987654})[place]

    response = client.post(collection(project), MINIMAL | {field: [MEAN, metric]})

    assert_invalid(response, field)
    assert "987654" in response.json()["detail"]
    assert everything() == []


def test_create_experiment_metrics__deleted_action__refused(client, project):
    action = Action.objects.create(project=project, name="Paid", deleted=True)
    metric = MEAN | {"source": {"kind": "ActionsNode", "id": action.pk}}

    response = client.post(collection(project), MINIMAL | {"metrics": [metric]})

    assert_invalid(response, "metrics")
    assert everything() == []


def test_create_experiment_metrics__action_of_another_project__refused(
    client, project, foreign_project
):
    action = Action.objects.create(project=foreign_project, name="Paid")
    metric = MEAN | {"source": {"kind": "ActionsNode", "id": str(action.pk)}}

    response = client.post(collection(project), MINIMAL | {"metrics": [metric]})

    assert_invalid(response, "metrics")
    assert everything() == []


def _as_sent(metric: dict) -> dict:
    return {key: metric[key] for key in metric.keys() - {"uuid", "fingerprint"}}
