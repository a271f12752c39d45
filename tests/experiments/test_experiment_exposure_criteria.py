import pytest

from experiments.models import Experiment
from tests.assertions import assert_invalid
from tests.experiments.paths import collection, member
from tests.experiments.stored import everything

MINIMAL = {"name": "Checkout", "feature_flag_key": "checkout"}
EVENT = {
    "kind": "ExperimentEventExposureConfig",
    "event": "$feature_flag_called",
    "properties": [{"key": "$feature_flag_response", "value": "test", "operator": "exact"}],
}
CONFIGS = {
    "event": EVENT,
    "event without kind": {"event": "seen", "properties": []},
    "action": {"kind": "ActionsNode", "id": 7, "name": "Paid"},
}


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS.keys())
def test_experiment_exposure_criteria__given__stored_with_its_default(client, project, config):
    sent = {"exposure_config": config, "multiple_variant_handling": "first_seen"}

    response = client.post(collection(project), MINIMAL | {"exposure_criteria": sent})

    assert response.status_code == 201
    stored = Experiment.objects.get().exposure_criteria
    assert response.json()["exposure_criteria"] == stored == sent | {"filterTestAccounts": True}


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        (None, {"filterTestAccounts": True}),
        ({}, {"filterTestAccounts": True}),
        ({"filterTestAccounts": None}, {"filterTestAccounts": True}),
        ({"filterTestAccounts": False}, {"filterTestAccounts": False}),
        ({"note": 1}, {"note": 1, "filterTestAccounts": True}),
    ],
    ids=str,
)
def test_experiment_exposure_criteria__test_accounts__left_out_unless_told(
    client, project, sent, stored
):
    response = client.post(collection(project), MINIMAL | {"exposure_criteria": sent})

    assert response.json()["exposure_criteria"] == stored


@pytest.mark.parametrize(
    "criteria", [{"exposure_config": EVENT}, {"filterTestAccounts": None}, {}, None], ids=str
)
def test_experiment_exposure_criteria__update__replaced_whole_without_default(
    client, experiment, criteria
):
    response = client.patch(member(experiment), {"exposure_criteria": criteria})

    assert response.status_code == 200
    assert response.json()["exposure_criteria"] == criteria


BAD_CRITERIA = {
    "zero": 0,
    "empty text": "",
    "empty list": [],
    "list": [EVENT],
    "text": "all",
    "true": True,
    "test accounts are text": {"filterTestAccounts": "true"},
    "test accounts are a number": {"filterTestAccounts": 1},
    "config is null": {"exposure_config": None},
    "config is text": {"exposure_config": "event"},
    "config is empty": {"exposure_config": {}},
    "event without properties": {"exposure_config": {"event": "seen"}},
    "event is null": {"exposure_config": EVENT | {"event": None}},
    "no event": {"exposure_config": {"properties": []}},
    "properties are an object": {"exposure_config": EVENT | {"properties": {"key": "a"}}},
    "property is a number": {"exposure_config": {"event": "", "properties": [1]}},
    "unknown key": {"exposure_config": EVENT | {"colour": "red"}},
    "action without id": {"exposure_config": {"kind": "ActionsNode"}},
    "action with a text id": {"exposure_config": {"kind": "ActionsNode", "id": "seven"}},
    "action with a huge id": {"exposure_config": {"kind": "ActionsNode", "id": "9" * 30}},
}


@pytest.mark.parametrize("criteria", BAD_CRITERIA.values(), ids=BAD_CRITERIA.keys())
def test_experiment_exposure_criteria__bad_on_create__refused(client, project, criteria):
    response = client.post(collection(project), MINIMAL | {"exposure_criteria": criteria})

    assert_invalid(response, "exposure_criteria")
    assert everything() == []


@pytest.mark.parametrize("criteria", BAD_CRITERIA.values(), ids=BAD_CRITERIA.keys())
def test_experiment_exposure_criteria__bad_on_update__refused(client, experiment, criteria):
    before = everything()

    response = client.patch(member(experiment), {"name": "New", "exposure_criteria": criteria})

    assert_invalid(response, "exposure_criteria")
    assert everything() == before
