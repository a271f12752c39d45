"""POST query/ for exposures: what the query says itself, and whether leaving people out biases."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.results.conftest import FLAG, wire_event
from tests.results.mini_data import Seen
from tests.results.test_criteria import REVENUE, save
from tests.results.test_query import exposures, refusal


def test_exposures__activation_that_is_wrongly_built__refused(client, project, mini):
    config = {"event": "x", "properties": [{"type": [], "key": "a"}]}
    query = {
        "kind": "ExperimentExposureQuery",
        "experiment_id": mini.pk,
        "experiment_name": "x",
        "feature_flag": {"key": FLAG},
        "exposure_criteria": {"activation_config": config},
    }

    assert refusal(client, project, query)[0] == "exposure_criteria"


def test_exposures__null_instead_of_a_config__the_usual_event(client, project, mini):
    answer = exposures(client, project, mini, exposure_criteria={"exposure_config": None})

    assert answer["total_exposures"]["control"] == 5


def test_exposure__test_accounts_by_what_is_no_filter__refused(client, project, mini):
    project.test_account_filters = [{"type": ["a"], "key": "x", "value": 1}]
    project.save()
    query = {"kind": "ExperimentQuery", "experiment_id": mini.pk, "metric": REVENUE}

    answer = client.post(f"/api/projects/{project.pk}/query/", {"query": query})

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")


def split(experiment, *shares, **filters):
    variants = [
        {"key": key, "rollout_percentage": share}
        for key, share in zip(("control", "test"), shares, strict=True)
    ]
    flag = experiment.feature_flag
    flag.filters = flag.filters | {"multivariate": {"variants": variants}} | filters
    flag.save()


@pytest.mark.parametrize(
    ("shares", "is_at_risk"), [((50, 50), False), ((70, 30), True)], ids=["even", "uneven"]
)
def test_exposures__holdout_beside_a_split__biases_only_an_uneven_one(
    client, project, mini, shares, is_at_risk
):
    save(mini, end_date=None, status="running")
    split(mini, *shares, holdout={"id": 7, "exclusion_percentage": 10})

    assert (exposures(client, project, mini)["bias_risk"] is not None) is is_at_risk


def test_exposures__end_is_still_to_come__bias_told(client, project, mini):
    save(mini, end_date=timezone.now() + timedelta(days=30))
    split(mini, 70, 30)

    assert exposures(client, project, mini)["bias_risk"] is not None


def test_query__refresh_is_null__as_without(client, project, mini):
    query = {
        "kind": "ExperimentExposureQuery",
        "experiment_id": mini.pk,
        "experiment_name": "x",
        "feature_flag": {"key": FLAG},
    }
    answer = client.post(f"/api/projects/{project.pk}/query/", {"query": query, "refresh": None})

    assert answer.status_code == 200


def test_exposures__flag_without_variants__nobody(client, project, mini):
    answer = exposures(client, project, mini, feature_flag={"key": FLAG, "filters": {"groups": []}})

    assert (answer["timeseries"], answer["total_exposures"]) == ([], {})


def test_query__all_variants_excluded__refused(client, project, mini):
    save(mini, parameters={"excluded_variants": ["control", "test"]})
    query = {"kind": "ExperimentQuery", "experiment_id": mini.pk, "metric": REVENUE}

    assert "no variant control" in refusal(client, project, query)[1]


@pytest.mark.parametrize("key", [FLAG.upper(), f"{FLAG}-2", f"a-{FLAG}", "my.flag"])
def test_exposures__of_a_flag_with_a_like_key__not_counted(client, project, mini, capture, key):
    called = wire_event(Seen("another", 1500, "exposure", "control"))
    called["properties"]["$feature_flag"] = key
    capture([called])

    assert exposures(client, project, mini)["total_exposures"]["control"] == 5


HOLDOUT = {"id": 7, "filters": [{"properties": [], "rollout_percentage": 10}]}


def test_exposures__holdout_of_the_query__compared_like_a_variant(client, project, mini, capture):
    capture(wire_event(Seen(f"x{number}", 1500, "exposure", "test")) for number in range(90))
    answer = exposures(client, project, mini, holdout=HOLDOUT)

    assert answer["total_exposures"]["holdout-7"] == 1
    expected = answer["sample_ratio_mismatch"]["expected"]
    assert expected == pytest.approx({"control": 45, "test": 45, "holdout-7": 10})


def test_exposures__holdout_without_groups__keeps_nobody_out(client, project, mini):
    answer = exposures(client, project, mini, holdout={"id": 7, "filters": []})

    assert answer["total_exposures"] == {"control": 5, "test": 4, "$multiple": 1}


def test_exposures__holdout_is_null__the_one_of_the_flag(client, project, mini):
    split(mini, 50, 50, holdout={"id": 7, "exclusion_percentage": 10})

    assert exposures(client, project, mini, holdout=None)["total_exposures"]["holdout-7"] == 1


@pytest.mark.parametrize(
    ("holdout", "attr"),
    [({"filters": []}, "holdout__id"), ({"id": 7, "filters": [{}]}, "holdout__filters")],
    ids=["no id", "no percentage"],
)
def test_exposures__holdout_that_is_none__refused(client, project, mini, holdout, attr):
    query = {"kind": "ExperimentExposureQuery", "experiment_id": mini.pk, "experiment_name": "x"}
    query |= {"feature_flag": {"key": FLAG}, "holdout": holdout}

    assert refusal(client, project, query)[0] == attr


@pytest.mark.parametrize("criteria", [None, {}], ids=str)
def test_exposures__criteria_are_empty__not_those_of_the_experiment(
    client, project, mini, criteria
):
    save(mini, exposure_criteria={"multiple_variant_handling": "first_seen"})
    answer = exposures(client, project, mini, exposure_criteria=criteria)

    assert answer["total_exposures"]["$multiple"] == 1


def test_exposures__end_is_null__until_now(client, project, mini):
    answer = exposures(client, project, mini, end_date=None)

    # t6 came after the end.
    assert answer["total_exposures"]["test"] == 5
    assert answer["date_range"]["date_to"] is None


def test_exposures__start_is_null__as_a_draft(client, project, mini):
    assert exposures(client, project, mini, start_date=None)["total_exposures"] == {}


@pytest.mark.parametrize("key", [5, True, "", None, ["my-flag"]], ids=str)
def test_exposures__key_that_is_no_text__refused(client, project, mini, key):
    query = {"kind": "ExperimentExposureQuery", "experiment_id": mini.pk, "experiment_name": "x"}

    assert refusal(client, project, query | {"feature_flag": {"key": key}})[0] == (
        "feature_flag__key"
    )
