from datetime import UTC, datetime, timedelta

import pytest

from experiments.models import Experiment
from tests import factories
from tests.assertions import assert_invalid
from tests.experiments.database_rows import everything
from tests.experiments.paths import collection, member
from tests.looping import in_one_test

RANGE = {"date_from": "-30d", "date_to": None}
LEGACY = {
    "trends": {
        "kind": "ExperimentTrendsQuery",
        "count_query": {"kind": "TrendsQuery", "series": [], "dateRange": RANGE},
    },
    "funnels": {
        "kind": "ExperimentFunnelsQuery",
        "funnels_query": {"kind": "FunnelsQuery", "series": [], "dateRange": RANGE},
    },
}
START = datetime(2024, 1, 1, tzinfo=UTC)


def _linked(experiment, ada, kind):
    metric = factories.make_saved_metric(experiment.project, ada, query=LEGACY[kind])
    factories.link_saved_metric(experiment, metric)
    return experiment


@pytest.fixture
def legacy(project, ada):
    experiment = factories.make_experiment(project, ada, start_date=START)
    Experiment.objects.update(
        metrics=[LEGACY["trends"] | {"uuid": "a"}], primary_metrics_ordered_uuids=["a"]
    )
    return experiment


def test_legacy_experiment__name_description_and_end__change(client, legacy):
    sent = {"name": "New", "description": "Why", "end_date": "2024-02-01T00:00:00Z"}

    response = client.patch(member(legacy), sent)

    assert response.status_code == 200
    assert {key: response.json()[key] for key in sent} == sent
    legacy.refresh_from_db()
    assert (legacy.name, legacy.status) == ("New", "stopped")


def test_legacy_experiment__its_own_flag_key__accepted(client, legacy):
    response = client.patch(member(legacy), {"feature_flag_key": legacy.feature_flag.key})

    assert response.status_code == 200


@pytest.mark.parametrize("deleted", [True, False])
def test_legacy_experiment__deleted__changes(client, legacy, deleted):
    Experiment.objects.update(deleted=not deleted)

    response = client.patch(member(legacy), {"deleted": deleted})

    assert response.status_code == 200
    assert Experiment.objects.get().deleted is deleted


REFUSED = {
    "metrics": [factories.MEAN_METRIC],
    "metrics_secondary": [factories.MEAN_METRIC],
    "parameters": {"effect": 5},
    "filters": {"events": []},
    "exposure_criteria": {"filterTestAccounts": False},
    "stats_config": {"method": "frequentist"},
    "scheduling_config": {"timeseries": True},
    "start_date": "2023-01-01T00:00:00Z",
    "archived": True,
    "conclusion": "won",
    "conclusion_comment": "Yes",
    "secondary_metrics": [1],
    "type": "web",
    "exposure_preaggregation_enabled": True,
    "primary_metrics_ordered_uuids": ["a", "b"],
    "_create_in_folder": "Elsewhere",
    "holdout_id": None,
}


@pytest.mark.parametrize(("field", "value"), REFUSED.items(), ids=REFUSED.keys())
def test_legacy_experiment__anything_else__refused_by_name(client, project, ada, field, value):
    holdout = factories.make_holdout(project, ada)
    factories.make_experiment(project, ada, start_date=START, holdout=holdout)
    Experiment.objects.update(metrics=[LEGACY["funnels"]])
    before = everything()

    response = client.patch(member(Experiment.objects.get()), {"name": "New", field: value})

    assert_invalid(response, None)
    assert field in response.json()["detail"]
    assert everything() == before


def test_legacy_experiment__several_refused__all_named(client, legacy):
    response = client.patch(member(legacy), {"archived": True, "conclusion": "won", "name": "New"})

    assert_invalid(response, None)
    assert "archived" in response.json()["detail"]
    assert "conclusion" in response.json()["detail"]


@pytest.mark.parametrize("field", ["metrics", "metrics_secondary"])
@pytest.mark.parametrize("kind", ["trends", "funnels"])
def test_legacy_experiment__inline_metric__detected(client, experiment, field, kind):
    Experiment.objects.update(**{field: [factories.MEAN_METRIC, LEGACY[kind]]})

    response = client.patch(member(experiment), {"archived": True})

    assert_invalid(response, None)


@pytest.mark.parametrize("kind", ["trends", "funnels"])
def test_legacy_experiment__saved_metric__detected(client, project, ada, kind):
    experiment = _linked(factories.make_experiment(project, ada), ada, kind)
    before = everything()

    refused = client.patch(member(experiment), {"archived": True})

    assert_invalid(refused, None)
    assert everything() == before
    assert client.patch(member(experiment), {"name": "New"}).status_code == 200


@pytest.mark.parametrize("kind", ["trends", "funnels"])
@pytest.mark.parametrize("stage", ["draft", "running", "ended"])
def test_legacy_experiment__its_saved_metric_unlinked__like_any_other(
    client, project, ada, kind, stage
):
    dates = {"draft": {}, "running": {"start_date": START}}
    dates["ended"] = {"start_date": START, "end_date": START + timedelta(days=9)}
    experiment = _linked(factories.make_experiment(project, ada, **dates[stage]), ada, kind)

    response = client.patch(member(experiment), {"saved_metrics_ids": [], "conclusion": "won"})

    assert response.status_code == 200
    assert response.json()["saved_metrics"] == []
    assert response.json()["primary_metrics_ordered_uuids"] == []
    assert client.patch(member(experiment), {"stats_config": {}}).status_code == 200


def test_legacy_experiment__one_of_two_unlinked__gone(client, project, ada):
    experiment = _linked(factories.make_experiment(project, ada), ada, "trends")
    kept = client.get(member(experiment)).json()["saved_metrics_ids"]
    _linked(experiment, ada, "funnels")

    response = client.patch(member(experiment), {"saved_metrics_ids": kept})

    assert response.status_code == 200
    assert response.json()["saved_metrics_ids"] == kept
    assert_invalid(client.patch(member(experiment), {"archived": True}), None)


def test_legacy_experiment__new_metric_linked_beside__refused(client, project, ada, saved_metric):
    experiment = _linked(factories.make_experiment(project, ada), ada, "trends")
    links = client.get(member(experiment)).json()["saved_metrics_ids"]
    before = everything()

    response = client.patch(
        member(experiment), {"saved_metrics_ids": [*links, {"id": saved_metric.pk}]}
    )

    assert_invalid(response, None)
    assert everything() == before


@pytest.mark.parametrize("kind", ["trends", "funnels"])
@pytest.mark.parametrize("method", ["create", "update"])
def test_legacy_saved_metric__linked_anew__refused(client, project, ada, experiment, kind, method):
    metric = factories.make_saved_metric(project, ada, query=LEGACY[kind])
    sent, before = {"saved_metrics_ids": [{"id": metric.pk}]}, everything()

    if method == "create":
        sent |= {"name": "Checkout", "feature_flag_key": "checkout"}
        response = client.post(collection(project), sent)
    else:
        response = client.patch(member(experiment), sent)

    assert_invalid(response, "saved_metrics_ids")
    assert everything() == before


@in_one_test("end", ["2024-01-01T00:00:00Z", "2023-12-31T00:00:00Z"])
def test_legacy_experiment__end_not_after_the_stored_start__refused(client, legacy, end):
    before = everything()

    response = client.patch(member(legacy), {"end_date": end})

    assert_invalid(response, None)
    assert everything() == before


def test_legacy_experiment__stored_values_again__accepted(client, legacy):
    stored = client.get(member(legacy)).json()
    same = {key: stored[key] for key in ("archived", "type", "filters", "saved_metrics_ids")}

    response = client.patch(member(legacy), same | {"name": "New"})

    assert response.status_code == 200
    assert response.json()["name"] == "New"


def test_legacy_experiment__sent_back_as_it_was_read__accepted(client, project, ada, legacy):
    legacy.refresh_from_db()
    _linked(legacy, ada, "funnels")
    read = client.get(member(legacy)).json()
    before = Experiment.objects.values().get()

    response = client.put(member(legacy), read | {"name": "New"})

    assert response.status_code == 200, response.content
    kept = [{**metric, "fingerprint": None} for metric in read["metrics"]]
    assert [{**metric, "fingerprint": None} for metric in response.json()["metrics"]] == kept
    after = Experiment.objects.values().get()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"name", "updated_at", "metrics"}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"excluded_variants": ["test"]}, "parameters"),
        ({"running_time_calculation": {}}, "parameters"),
        ({"only_count_matured_users": True}, "exposure_criteria"),
        ({"feature_flag": {"filters": {"groups": [{"rollout_percentage": 5}]}}}, "feature_flag"),
    ],
    ids=["excluded", "time", "matured", "flag"],
)
def test_legacy_experiment__newer_members__refused_by_what_they_change(
    client, legacy, changes, named
):
    before = everything()

    response = client.patch(member(legacy), changes)

    assert_invalid(response, None)
    assert named in response.json()["detail"]
    assert everything() == before


def test_legacy_experiment__wish_to_change_the_flag_alone__changes_nothing(client, legacy):
    response = client.patch(member(legacy), {"update_feature_flag_params": True})

    assert response.status_code == 200
