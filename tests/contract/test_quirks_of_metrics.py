import pytest

from actions.models import Action
from experiments.models import Experiment
from tests import factories
from tests.assertions import assert_invalid
from tests.experiments.paths import collection, member

MINIMAL = {"name": "Checkout", "feature_flag_key": "checkout"}
EXPOSURE = {"kind": "ExperimentEventExposureConfig"}
LEGACY = {"kind": "ExperimentTrendsQuery", "count_query": {"series": []}}


# Quirk: legacy-metrics-can-go
def test_quirks__legacy_metric__unlinked_for_good(client, project, ada, experiment):
    metric = factories.make_saved_metric(project, ada, query=LEGACY)
    factories.link_saved_metric(experiment, metric)

    answer = client.patch(member(experiment), {"saved_metrics_ids": []}).json()
    again = client.patch(member(experiment), {"saved_metrics_ids": [{"id": metric.pk}]})

    assert answer["saved_metrics"] == []
    assert_invalid(again, "saved_metrics_ids")


# Quirk: migrations-keep-what-can-be-said
def test_quirks__migration__refuses_what_has_no_counterpart(client, experiment):
    count = {"kind": "TrendsQuery", "series": [{"event": "paid"}], "samplingFactor": 0.5}
    metric = {"kind": "ExperimentTrendsQuery", "uuid": "a", "count_query": count}
    Experiment.objects.update(metrics=[metric], primary_metrics_ordered_uuids=["a"])

    answer = client.post(f"{member(experiment)}migrate/")

    assert_invalid(answer, "metrics")
    assert "samplingFactor" in answer.json()["detail"]


# Quirk: metric-uuids-are-unique
def test_quirks__uuid_of_a_linked_metric__refused(client, project, saved_metric):
    inline = factories.MEAN_METRIC | {"uuid": saved_metric.query["uuid"]}
    body = MINIMAL | {"metrics": [inline], "saved_metrics_ids": [{"id": saved_metric.pk}]}

    assert_invalid(client.post(collection(project), body), None)


# Quirk: references-belong-to-the-project
def test_quirks__action_of_others__refused(client, project, foreign_project):
    action = Action.objects.create(project=foreign_project, name="Paid")
    criteria = {"exposure_config": {"kind": "ActionsNode", "id": action.pk}}

    response = client.post(collection(project), MINIMAL | {"exposure_criteria": criteria})

    assert_invalid(response, "exposure_criteria")


# Quirk: references-belong-to-the-project
@pytest.mark.parametrize(
    ("place", "body"),
    [
        (
            "experiments",
            lambda node: MINIMAL | {"metrics": [factories.MEAN_METRIC | {"source": node}]},
        ),
        (
            "experiments",
            lambda node: MINIMAL | {"exposure_criteria": {"exposure_config": node | EXPOSURE}},
        ),
        (
            "experiment_saved_metrics",
            lambda node: {"name": "A", "query": factories.MEAN_METRIC | {"source": node}},
        ),
        (
            "actions",
            lambda node: {"name": "A", "steps": [{"event": "a", "properties": node["properties"]}]},
        ),
    ],
    ids=["metric", "exposure", "saved metric", "action"],
)
def test_quirks__cohort_of_others__refused(client, project, ada, foreign_project, place, body):
    cohorts = [factories.make_cohort(owner, ada) for owner in (foreign_project, project)]
    nodes = [
        {
            "kind": "EventsNode",
            "event": "$pageview",
            "properties": [{"key": "id", "type": "cohort", "operator": "in", "value": each.pk}],
        }
        for each in cohorts
    ]

    answers = [
        client.post(f"/api/projects/{project.pk}/{place}/", body(node)).status_code
        for node in nodes
    ]

    assert answers == [400, 201]


# Quirk: windows-make-sense
def test_quirks__negative_window__refused(client, project):
    metric = factories.MEAN_METRIC | {"conversion_window": -1}

    response = client.post(collection(project), MINIMAL | {"metrics": [metric]})

    assert_invalid(response, "metrics")


# Quirk: scheduled-times-are-checked
def test_quirks__time_without_a_zone__refused(client, project):
    config = {"launch_at": "2099-01-01T09:00:00"}

    response = client.post(collection(project), MINIMAL | {"scheduling_config": config})

    assert_invalid(response, "scheduling_config")


# Quirk: search-folds-case
def test_quirks__search_in_capitals__found(client, project, ada):
    factories.make_experiment(project, ada, name="Größe")

    assert client.get(collection(project), {"search": "GRÖSSE"}).json()["count"] == 1
