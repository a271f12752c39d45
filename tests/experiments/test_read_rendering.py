from datetime import UTC, datetime

import pytest
from rest_framework.test import APIClient

from actions.models import Action
from experiments.models import Experiment
from tests import factories
from tests.experiments.database_rows import everything
from tests.experiments.paths import collection, member
from tests.experiments.test_legacy_experiments import LEGACY

START, END = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 2, 1, 12, 30, tzinfo=UTC)
QUERIES = [("trends", "count_query"), ("funnels", "funnels_query")]
EVENT = {"kind": "EventsNode", "event": "$pageview"}


@pytest.mark.parametrize("field", ["metrics", "metrics_secondary"])
@pytest.mark.parametrize(("kind", "query"), QUERIES)
def test_read_rendering__stale_range_in_an_inline_metric__period_of_the_experiment(
    client, project, ada, field, kind, query
):
    experiment = factories.make_experiment(project, ada, start_date=START, end_date=END)
    Experiment.objects.update(**{field: [LEGACY[kind]]})
    before = everything()

    response = client.get(member(experiment))

    (shown,) = response.json()[field]
    period = {
        "date_from": "2024-01-01T00:00:00Z",
        "date_to": "2024-02-01T12:30:00Z",
        "explicitDate": True,
    }
    assert shown == LEGACY[kind] | {query: LEGACY[kind][query] | {"dateRange": period}}
    assert response.json()["start_date"] == period["date_from"]
    assert response.json()["end_date"] == period["date_to"]
    assert everything() == before


@pytest.mark.parametrize(("kind", "query"), QUERIES)
def test_read_rendering__stale_range_in_a_saved_metric__period_of_the_experiment(
    client, project, ada, kind, query
):
    metric = factories.make_saved_metric(project, ada, query=LEGACY[kind])
    experiment = factories.make_experiment(project, ada, start_date=START)
    factories.link_saved_metric(experiment, metric)

    response = client.get(member(experiment))

    (link,) = response.json()["saved_metrics"]
    assert link["query"][query]["dateRange"] == {
        "date_from": "2024-01-01T00:00:00Z",
        "date_to": "",
        "explicitDate": True,
    }
    metric.refresh_from_db()
    assert metric.query[query]["dateRange"] == LEGACY[kind][query]["dateRange"]


@pytest.mark.parametrize(("kind", "query"), QUERIES)
def test_read_rendering__draft__empty_period(client, experiment, kind, query):
    Experiment.objects.update(metrics=[LEGACY[kind]])

    response = client.get(member(experiment))

    assert response.json()["metrics"][0][query]["dateRange"] == {
        "date_from": "",
        "date_to": "",
        "explicitDate": True,
    }


@pytest.mark.parametrize("stored", [None, {}, "absent"], ids=str)
def test_read_rendering__no_range__none_added(client, experiment, stored):
    query = {"kind": "TrendsQuery", "series": []}
    query |= {} if stored == "absent" else {"dateRange": stored}
    metric = {"kind": "ExperimentTrendsQuery", "count_query": query}
    Experiment.objects.update(metrics=[metric])
    # The document does not know nonsense, which nobody can send.
    unchecked = APIClient()
    unchecked.credentials(**client._credentials)

    response = unchecked.get(member(experiment))

    assert response.json()["metrics"] == [metric]


def _metrics(node: dict) -> dict[str, dict]:
    ratio = {"metric_type": "ratio", "numerator": EVENT, "denominator": EVENT}
    retention = {
        "metric_type": "retention",
        "start_event": EVENT,
        "completion_event": EVENT,
        "retention_window_start": 0,
        "retention_window_end": 7,
        "retention_window_unit": "day",
        "start_handling": "first_seen",
    }
    metrics = {
        "mean": {"metric_type": "mean", "source": node},
        "funnel": {"metric_type": "funnel", "series": [EVENT, node, EVENT]},
        "numerator": ratio | {"numerator": node},
        "denominator": ratio | {"denominator": node},
        "start": retention | {"start_event": node},
        "completion": retention | {"completion_event": node},
    }
    return {
        place: {"kind": "ExperimentMetric", "uuid": place} | metric
        for place, metric in metrics.items()
    }


@pytest.mark.parametrize("field", ["metrics", "metrics_secondary"])
@pytest.mark.parametrize("spelling", [int, str])
def test_read_rendering__action_renamed__new_name_everywhere(client, project, ada, field, spelling):
    action = Action.objects.create(project=project, name="Old")
    node = {"kind": "ActionsNode", "id": spelling(action.pk), "name": "Old"}
    experiment = factories.make_experiment(project, ada, **{field: list(_metrics(node).values())})
    Action.objects.update(name="New")
    before = everything()

    response = client.get(member(experiment))

    renamed = list(_metrics(node | {"name": "New"}).values())
    assert [_without_fingerprint(metric) for metric in response.json()[field]] == renamed
    assert client.get(collection(project)).json()["results"] == [response.json()]
    assert everything() == before


def test_read_rendering__action_without_stored_name__named(client, project, ada):
    action = Action.objects.create(project=project, name="Paid")
    metric = factories.MEAN_METRIC | {"source": {"kind": "ActionsNode", "id": action.pk}}

    response = client.post(
        collection(project), {"name": "A", "feature_flag_key": "a", "metrics": [metric]}
    )

    assert response.json()["metrics"][0]["source"]["name"] == "Paid"
    assert "name" not in Experiment.objects.get().metrics[0]["source"]


def test_read_rendering__action_of_a_saved_metric_renamed__new_name(client, project, ada):
    action = Action.objects.create(project=project, name="Old")
    node = {"kind": "ActionsNode", "id": action.pk, "name": "Old"}
    metric = factories.make_saved_metric(project, ada, query=_metrics(node)["funnel"])
    experiment = factories.make_experiment(project, ada, saved_metrics_ids=[{"id": metric.pk}])
    Action.objects.update(name="New")

    response = client.get(member(experiment))

    (link,) = response.json()["saved_metrics"]
    assert [step.get("name") for step in link["query"]["series"]] == [None, "New", None]


def test_read_rendering__action_deleted__stored_name(client, project, ada):
    action = Action.objects.create(project=project, name="Old")
    node = {"kind": "ActionsNode", "id": action.pk, "name": "As stored"}
    experiment = factories.make_experiment(project, ada, metrics=[_metrics(node)["mean"]])
    Action.objects.update(name="New", deleted=True)

    response = client.get(member(experiment))

    assert response.json()["metrics"][0]["source"]["name"] == "As stored"


@pytest.mark.parametrize(
    "metric",
    [
        {},
        {"kind": ["ExperimentTrendsQuery"], "count_query": "all"},
        {"kind": "ExperimentMetric", "source": 1, "series": {"kind": []}},
        {"kind": "ExperimentMetric", "source": {"kind": "ActionsNode", "id": {"a": 1}}},
    ],
    ids=str,
)
def test_read_rendering__stored_nonsense__shown_as_it_is(client, experiment, metric):
    Experiment.objects.update(metrics=[metric])
    # The document does not know nonsense, which nobody can send.
    unchecked = APIClient()
    unchecked.credentials(**client._credentials)

    response = unchecked.get(member(experiment))

    assert response.status_code == 200
    assert response.json()["metrics"] == [metric]


def _without_fingerprint(metric: dict) -> dict:
    return {key: metric[key] for key in metric.keys() - {"fingerprint"}}
