import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from experiments.models import Experiment, ExperimentSavedMetric
from tests import factories
from tests.assertions import assert_invalid
from tests.factories import FUNNEL_METRIC, MEAN_METRIC

PRIMARY, SECONDARY = {"type": "primary"}, {"type": "secondary"}
BROWSERS = PRIMARY | {"breakdowns": [{"property": "$browser", "type": "event"}]}
SYSTEMS = PRIMARY | {"breakdowns": [{"property": "$os", "type": "event"}]}


def _url(project, experiment_id=None):
    collection = f"/api/projects/{project.pk}/experiments/"
    return collection if experiment_id is None else f"{collection}{experiment_id}/"


def _metric_url(metric):
    return f"/api/projects/{metric.project_id}/experiment_saved_metrics/{metric.pk}/"


def _make_linked(project, actor, metric, metadata=PRIMARY, **values):
    links = [{"id": metric.pk, "metadata": metadata}]
    return factories.make_experiment(project, actor, saved_metrics_ids=links, **values)


def test_saved_metric_links__experiment_created_with_one__stored_and_shown(
    client, project, saved_metric
):
    links = [{"id": saved_metric.pk, "metadata": SECONDARY}]
    values = {"name": "Checkout", "feature_flag_key": "checkout", "saved_metrics_ids": links}

    response = client.post(_url(project), values)

    assert response.status_code == 201
    link = ExperimentSavedMetric.objects.get()
    assert (link.saved_metric, link.metadata) == (saved_metric, SECONDARY)
    experiment = Experiment.objects.get()
    assert experiment.secondary_metrics_ordered_uuids == [saved_metric.query["uuid"]]
    body = response.json()
    assert body["saved_metrics_ids"] == links
    shown = body["saved_metrics"][0]
    assert list(shown) == [
        *("id", "experiment", "saved_metric", "metadata", "created_at", "query", "name"),
    ]
    assert (shown["id"], shown["experiment"]) == (link.pk, experiment.pk)
    assert (shown["saved_metric"], shown["name"]) == (saved_metric.pk, "Revenue")
    assert shown["query"] == saved_metric.query | {"fingerprint": shown["query"]["fingerprint"]}


@pytest.mark.parametrize(
    ("link", "metadata"),
    [
        pytest.param({"metadata": PRIMARY}, PRIMARY, id="primary"),
        pytest.param({}, PRIMARY, id="without_metadata"),
        pytest.param({"metadata": BROWSERS}, BROWSERS, id="breakdowns"),
    ],
)
def test_saved_metric_links__primary__ordered_and_metadata_verbatim(
    client, project, saved_metric, link, metadata
):
    links = [{"id": saved_metric.pk} | link]
    values = {"name": "Checkout", "feature_flag_key": "checkout", "saved_metrics_ids": links}

    body = client.post(_url(project), values).json()

    assert body["primary_metrics_ordered_uuids"] == [saved_metric.query["uuid"]]
    assert body["saved_metrics"][0]["metadata"] == metadata
    assert ExperimentSavedMetric.objects.get().metadata == metadata


@pytest.mark.parametrize("state", ["draft", "running", "archived"])
def test_saved_metric_links__metric_updated__experiment_shows_it_at_once(
    client, project, ada, saved_metric, state
):
    now = timezone.now()
    values = {"draft": {}, "running": {"start_date": now}, "archived": {"archived": True}}
    experiment = _make_linked(project, ada, saved_metric, **values[state])
    before = client.get(_url(project, experiment.pk)).json()["saved_metrics"]

    client.patch(_metric_url(saved_metric), {"name": "Signups", "query": FUNNEL_METRIC})

    after = client.get(_url(project, experiment.pk)).json()["saved_metrics"]
    query = after[0]["query"]
    assert query["fingerprint"] != before[0]["query"]["fingerprint"]
    assert query == FUNNEL_METRIC | {
        "uuid": saved_metric.query["uuid"],
        "fingerprint": query["fingerprint"],
    }
    assert after == [before[0] | {"name": "Signups", "query": query}]


def test_saved_metric_links__metric_renamed__fingerprint_and_experiment_stay(
    client, project, ada, saved_metric
):
    experiment = _make_linked(project, ada, saved_metric)
    before = client.get(_url(project, experiment.pk)).json()

    client.patch(_metric_url(saved_metric), {"name": "Signups", "tags": ["growth"]})

    after = client.get(_url(project, experiment.pk)).json()
    renamed = [before["saved_metrics"][0] | {"name": "Signups"}]
    assert after == before | {"saved_metrics": renamed}


def test_saved_metric_links__metric_deleted__link_goes_and_experiment_stays(
    client, project, ada, saved_metric
):
    other = factories.make_saved_metric(project, ada)
    links = [{"id": metric.pk, "metadata": PRIMARY} for metric in (saved_metric, other)]
    experiment = factories.make_experiment(project, ada, saved_metrics_ids=links)

    response = client.delete(_metric_url(saved_metric))

    assert response.status_code == 204
    body = client.get(_url(project, experiment.pk)).json()
    assert body["saved_metrics_ids"] == links[1:]
    assert [link["saved_metric"] for link in body["saved_metrics"]] == [other.pk]
    uuids = [metric.query["uuid"] for metric in (saved_metric, other)]
    assert body["primary_metrics_ordered_uuids"] == uuids


def test_saved_metric_links__last_metric_of_a_running_experiment_deleted__still_editable(
    client, project, ada, saved_metric
):
    experiment = _make_linked(project, ada, saved_metric, start_date=timezone.now())

    assert client.delete(_metric_url(saved_metric)).status_code == 204

    response = client.patch(_url(project, experiment.pk), {"name": "New"})
    assert response.status_code == 200
    assert (response.json()["name"], response.json()["saved_metrics"]) == ("New", [])


def test_saved_metric_links__sent_again__metadata_and_ordering_replaced(
    client, project, ada, saved_metric
):
    experiment = _make_linked(project, ada, saved_metric)
    links = [{"id": saved_metric.pk, "metadata": SECONDARY | {"note": 1}}]

    body = client.patch(_url(project, experiment.pk), {"saved_metrics_ids": links}).json()

    assert body["saved_metrics_ids"] == links
    assert ExperimentSavedMetric.objects.get().metadata == SECONDARY | {"note": 1}
    assert body["primary_metrics_ordered_uuids"] == []
    assert body["secondary_metrics_ordered_uuids"] == [saved_metric.query["uuid"]]


@pytest.mark.parametrize("nothing", [None, []])
def test_saved_metric_links__none_sent__all_removed(client, project, ada, saved_metric, nothing):
    experiment = _make_linked(project, ada, saved_metric)

    response = client.patch(_url(project, experiment.pk), {"saved_metrics_ids": nothing})

    assert response.status_code == 200
    assert (response.json()["saved_metrics"], response.json()["saved_metrics_ids"]) == ([], [])
    assert not ExperimentSavedMetric.objects.exists()
    assert response.json()["primary_metrics_ordered_uuids"] == []


def test_saved_metric_links__two_experiments__each_with_its_own_breakdowns(
    client, project, ada, saved_metric
):
    first = _make_linked(project, ada, saved_metric, BROWSERS)
    second = _make_linked(project, ada, saved_metric, SYSTEMS)

    changes = {"saved_metrics_ids": [{"id": saved_metric.pk, "metadata": SECONDARY}]}
    client.patch(_url(project, second.pk), changes)

    shown = client.get(_url(project, first.pk)).json()["saved_metrics"][0]
    assert (shown["metadata"], shown["query"]["kind"]) == (BROWSERS, "ExperimentMetric")
    assert second.saved_metric_links.get().metadata == SECONDARY


@pytest.mark.parametrize(
    ("links", "code"),
    [
        pytest.param({}, "not_a_list", id="object"),
        pytest.param("x", "not_a_list", id="text"),
        pytest.param([None], "invalid_input", id="null"),
        pytest.param([5], "invalid_input", id="number"),
        pytest.param([{}], "invalid_input", id="no_id"),
        pytest.param([{"id": "1"}], "invalid_input", id="id_text"),
        pytest.param([{"id": True}], "invalid_input", id="id_true"),
        pytest.param([{"id": 1.5}], "invalid_input", id="id_fraction"),
        pytest.param([{"id": 2**70}], "invalid_input", id="id_beyond_64_bits"),
        pytest.param([{"id": 999999, "metadata": PRIMARY}], "invalid_input", id="unknown"),
        pytest.param([{"id": 1, "metadata": None}], "invalid_input", id="metadata_null"),
        pytest.param([{"id": 1, "metadata": []}], "invalid_input", id="metadata_list"),
        pytest.param([{"id": 1, "metadata": {}}], "invalid_input", id="no_type"),
    ],
)
def test_saved_metric_links__invalid__refused_whole(
    client, project, ada, saved_metric, links, code
):
    experiment = _make_linked(project, ada, saved_metric)
    before = client.get(_url(project, experiment.pk)).json()

    response = client.patch(
        _url(project, experiment.pk), {"name": "New", "saved_metrics_ids": links}
    )

    assert_invalid(response, "saved_metrics_ids", code)
    assert client.get(_url(project, experiment.pk)).json() == before


def test_saved_metric_links__same_metric_twice__refused(client, project, experiment, saved_metric):
    link = {"id": saved_metric.pk, "metadata": PRIMARY}

    response = client.patch(_url(project, experiment.pk), {"saved_metrics_ids": [link, link]})

    assert_invalid(response, "saved_metrics_ids")


def test_saved_metric_links__of_another_project__refused(
    client, project, experiment, foreign_project, mallory
):
    foreign = factories.make_saved_metric(foreign_project, mallory)
    links = [{"id": foreign.pk, "metadata": PRIMARY}]

    response = client.patch(_url(project, experiment.pk), {"saved_metrics_ids": links})

    assert_invalid(response, "saved_metrics_ids")
    assert not ExperimentSavedMetric.objects.exists()


@pytest.mark.usefixtures("_no_response_cache")
def test_saved_metric_links__metric_linked_often__same_number_of_queries(
    client, project, ada, saved_metric
):
    counts = []
    for name in ("One", "Two", "Three"):
        _make_linked(project, ada, saved_metric)
        client.get(_metric_url(saved_metric))
        with CaptureQueriesContext(connection) as queries:
            client.patch(_metric_url(saved_metric), {"name": name, "query": MEAN_METRIC})
        counts.append(len(queries))

    assert len(set(counts)) == 1
