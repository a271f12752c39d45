"""POST query/ for exposures: what the query says itself, and whether leaving people out biases."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.results.conftest import FLAG
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
