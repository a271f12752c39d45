"""An action that is denied a member: no metric of theirs counts it, nothing tells its new name."""

import pytest
from django.utils import timezone

from actions.services import update_action
from tenants.levels import ACTION
from tests import factories
from tests.assertions import assert_invalid


def counting(action) -> dict:
    source = {"kind": "ActionsNode", "id": action.pk, "name": "Old name"}
    return {"kind": "ExperimentMetric", "metric_type": "mean", "source": source}


@pytest.fixture
def secret(project, ada, give, grace):
    secret = factories.make_action(project, ada, name="Old name")
    give("none", to=grace, about=ACTION, row=secret)
    return secret


@pytest.fixture
def running(project, ada):
    def make(**values):
        return factories.make_experiment(project, ada, start_date=timezone.now(), **values)

    return make


@pytest.fixture
def query(project):
    def query(client, experiment, kind="ExperimentQuery", **asked):
        document = {"kind": kind, "experiment_id": experiment.pk} | asked
        return client.post(f"/api/projects/{project.pk}/query/", {"query": document})

    return query


@pytest.fixture
def recalculate(project):
    def recalculate(client, experiment, metric):
        url = f"/api/projects/{project.pk}/experiments/{experiment.pk}/recalculate_timeseries/"
        return client.post(url, {"metric": metric, "fingerprint": "x"})

    return recalculate


def assert_missing(response, action, attr) -> None:
    assert_invalid(response, attr)
    expected = f"This project has no action with the id {action.pk}."
    assert response.json()["detail"] == expected


def test_hidden_actions__new_metric__not_computed(colleague, client, running, query, secret):
    experiment, metric = running(), counting(secret)

    assert_missing(query(colleague, experiment, metric=metric), secret, "metric")
    assert query(client, experiment, metric=metric).status_code == 200


def test_hidden_actions__new_metric__not_computed_by_day(
    colleague, client, running, recalculate, secret
):
    experiment, metric = running(), counting(secret)

    assert_missing(recalculate(colleague, experiment, metric), secret, "metric")
    assert recalculate(client, experiment, metric).status_code == 201


@pytest.mark.parametrize("field", ["exposure_config", "activation_config"])
def test_hidden_actions__criteria_of_exposures__not_computed(
    colleague, running, query, secret, field
):
    criteria = {field: {"kind": "ActionsNode", "id": secret.pk}}
    experiment = running()
    flag = {"key": experiment.feature_flag_key, "filters": experiment.feature_flag.filters}
    asked = {
        "experiment_name": experiment.name,
        "feature_flag": flag,
        "exposure_criteria": criteria,
    }

    response = query(colleague, experiment, kind="ExperimentExposureQuery", **asked)

    assert_missing(response, secret, "exposure_criteria")


@pytest.fixture
def shared(project, ada, secret):
    return factories.make_saved_metric(project, ada, query=counting(secret))


def test_hidden_actions__metric_of_the_experiment__computed(
    colleague, running, query, recalculate, secret
):
    metric = counting(secret)
    experiment = running(metrics=[metric])

    assert query(colleague, experiment, metric=metric).status_code == 200
    assert recalculate(colleague, experiment, metric).status_code == 201


def test_hidden_actions__shared_metric_of_the_experiment__computed(
    colleague, running, query, recalculate, shared
):
    metric, experiment = shared.query, running(saved_metrics_ids=[{"id": shared.pk}])

    assert query(colleague, experiment, metric=metric).status_code == 200
    assert recalculate(colleague, experiment, metric).status_code == 201


@pytest.fixture
def shown(project):
    """Return what a client is shown of the names of actions, from each place in turn."""

    def shown(client, *places):
        found = []
        for place in places:
            body = client.get(f"/api/projects/{project.pk}/{place}").content.decode()
            found.append([name for name in ("Old name", "New name") if name in body])
        return found

    return shown


def test_hidden_actions__renamed__stored_name_is_shown(
    colleague, client, running, shown, secret, shared
):
    experiment = running(metrics=[counting(secret)])
    update_action(
        project=secret.project,
        action_id=secret.pk,
        changes={"name": "New name"},
        actor=secret.created_by,
        now=timezone.now(),
    )
    places = [
        *("experiments/", f"experiments/{experiment.pk}/"),
        *("experiment_saved_metrics/", f"experiment_saved_metrics/{shared.pk}/"),
    ]

    # In turn: what is kept for one of them must not be shown to the other.
    for _ in range(2):
        assert shown(client, *places) == [["New name"]] * 4
        assert shown(colleague, *places) == [["Old name"]] * 4
