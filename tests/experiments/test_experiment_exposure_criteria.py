import pytest

from actions.models import Action
from experiments.models import Experiment
from tests.assertions import assert_invalid
from tests.experiments.database_rows import everything
from tests.experiments.paths import collection, member
from tests.factories import MEAN_METRIC, make_experiment
from tests.looping import in_one_test

MINIMAL = {"name": "Checkout", "feature_flag_key": "checkout"}
EVENT = {
    "kind": "ExperimentEventExposureConfig",
    "event": "$feature_flag_called",
    "properties": [{"key": "$feature_flag_response", "value": "test", "operator": "exact"}],
}
CONFIGS = {
    "event": EVENT,
    "event without kind": {"event": "seen", "properties": []},
}


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS.keys())
def test_experiment_exposure_criteria__given__stored_with_its_default(client, project, config):
    sent = {"exposure_config": config, "multiple_variant_handling": "first_seen"}

    response = client.post(collection(project), MINIMAL | {"exposure_criteria": sent})

    assert response.status_code == 201
    stored = Experiment.objects.get().exposure_criteria
    assert response.json()["exposure_criteria"] == stored == sent | {"filterTestAccounts": True}


@pytest.fixture
def paid(project):
    return Action.objects.create(project=project, name="Paid")


PLACES = ("exposure_config", "activation_config")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("spelling", [int, str])
def test_experiment_exposure_criteria__own_action__accepted(client, project, paid, place, spelling):
    criteria = {place: {"kind": "ActionsNode", "id": spelling(paid.pk)}}

    response = client.post(collection(project), MINIMAL | {"exposure_criteria": criteria})

    assert response.status_code == 201
    assert response.json()["exposure_criteria"][place] == criteria[place]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("method", ["create", "update"])
def test_experiment_exposure_criteria__action_of_another_project__refused(
    client, project, experiment, foreign_project, place, method
):
    action = Action.objects.create(project=foreign_project, name="Paid")
    sent = {"exposure_criteria": {place: {"kind": "ActionsNode", "id": action.pk}}}
    before = everything()

    if method == "create":
        response = client.post(collection(project), MINIMAL | sent)
    else:
        response = client.patch(member(experiment), sent)

    assert_invalid(response, "exposure_criteria")
    assert str(action.pk) in response.json()["detail"]
    assert everything() == before


def test_experiment_exposure_criteria__action_deleted_since__what_was_read_is_accepted(
    client, project, ada, paid
):
    criteria = {"exposure_config": {"kind": "ActionsNode", "id": paid.pk}}
    experiment = make_experiment(project, ada, exposure_criteria=criteria)
    Action.objects.update(deleted=True)
    read = client.get(member(experiment)).json()["exposure_criteria"]

    response = client.patch(member(experiment), {"exposure_criteria": read})

    assert response.status_code == 200


@in_one_test(
    "body",
    [
        {"parameters": {"custom_exposure_filter": {"actions": [{"id": "987654"}]}}},
        {"filters": {"actions": [{"id": 987654, "type": "actions"}]}},
        {"metrics": [MEAN_METRIC | {"sharedMetricId": 987654}]},
    ],
    ids=["custom_exposure_filter", "filters", "sharedMetricId"],
)
@in_one_test("method", ["create", "update"])
def test_experiment_references__of_nothing_here__refused(client, project, experiment, body, method):
    before = everything()

    if method == "create":
        response = client.post(collection(project), MINIMAL | body)
    else:
        response = client.patch(member(experiment), body)

    assert_invalid(response, next(iter(body)))
    assert everything() == before


@in_one_test(
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
    "activation is no object": {"activation_config": [1]},
    "activation with an unknown key": {"activation_config": EVENT | {"colour": "red"}},
    "action with a huge id": {"exposure_config": {"kind": "ActionsNode", "id": "9" * 30}},
}


@in_one_test("criteria", BAD_CRITERIA.values(), ids=BAD_CRITERIA.keys())
def test_experiment_exposure_criteria__bad_on_create__refused(client, project, criteria):
    response = client.post(collection(project), MINIMAL | {"exposure_criteria": criteria})

    assert_invalid(response, "exposure_criteria")
    assert everything() == []


@in_one_test("criteria", BAD_CRITERIA.values(), ids=BAD_CRITERIA.keys())
def test_experiment_exposure_criteria__bad_on_update__refused(client, experiment, criteria):
    before = everything()

    response = client.patch(member(experiment), {"name": "New", "exposure_criteria": criteria})

    assert_invalid(response, "exposure_criteria")
    assert everything() == before
