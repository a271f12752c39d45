import pytest

from tests import factories
from tests.assertions import assert_invalid
from tests.experiments.database_rows import everything
from tests.experiments.paths import collection, member
from tests.looping import in_one_test

MINIMAL = {"name": "Checkout", "feature_flag_key": "checkout"}
BAD_VARIANTS = {
    "not a list": {"control": 50},
    "text": "control,test",
    "true": True,
    "one": [{"key": "control", "rollout_percentage": 100}],
    "no control": [
        {"key": "a", "rollout_percentage": 50},
        {"key": "b", "rollout_percentage": 50},
    ],
    "control in capitals": [
        {"key": "Control", "rollout_percentage": 50},
        {"key": "b", "rollout_percentage": 50},
    ],
    "same key twice": [
        {"key": "control", "rollout_percentage": 50},
        {"key": "test", "rollout_percentage": 25},
        {"key": "test", "rollout_percentage": 25},
    ],
    "without key": [{"rollout_percentage": 50}, *factories.TWO_VARIANTS],
    "key is null": [{"key": None, "rollout_percentage": 50}, *factories.TWO_VARIANTS],
    "key is empty": [{"key": "", "rollout_percentage": 50}, *factories.TWO_VARIANTS],
    "key is a number": [{"key": 1, "rollout_percentage": 50}, *factories.TWO_VARIANTS],
    "key is a list": [{"key": [], "rollout_percentage": 50}, *factories.TWO_VARIANTS],
    "key is an object": [{"key": {}, "rollout_percentage": 50}, *factories.TWO_VARIANTS],
    "without percentage": [{"key": "third"}, *factories.TWO_VARIANTS],
    "variant is text": ["control", *factories.TWO_VARIANTS],
    "variant is null": [None, *factories.TWO_VARIANTS],
    "variant is a list": [[], *factories.TWO_VARIANTS],
    "21 variants": [
        {"key": "control" if number == 0 else f"v{number}", "rollout_percentage": 1}
        for number in range(21)
    ],
}


def test_experiment_parameters__free_form__stored_whole_and_replaced_whole(client, project):
    created = client.post(
        collection(project), MINIMAL | {"parameters": {"minimum_detectable_effect": 5, "a": [1]}}
    )
    url = f"{collection(project)}{created.json()['id']}/"

    response = client.patch(url, {"parameters": {"recommended_sample_size": 100}})

    assert created.json()["parameters"] == {"minimum_detectable_effect": 5, "a": [1]}
    assert response.status_code == 200
    assert response.json()["parameters"] == {"recommended_sample_size": 100}


@pytest.mark.parametrize("parameters", [{}, None], ids=["empty", "null"])
def test_experiment_parameters__emptied__stored_so(client, project, ada, parameters):
    experiment = factories.make_experiment(project, ada, parameters={"effect": 5})

    response = client.patch(member(experiment), {"parameters": parameters})

    assert response.status_code == 200
    assert response.json()["parameters"] == parameters


@in_one_test("variants", BAD_VARIANTS.values(), ids=BAD_VARIANTS.keys())
def test_experiment_parameters__bad_variants_on_create__refused(client, project, variants):
    response = client.post(
        collection(project), MINIMAL | {"parameters": {"feature_flag_variants": variants}}
    )

    assert_invalid(response, "parameters")
    assert everything() == []


@in_one_test("variants", BAD_VARIANTS.values(), ids=BAD_VARIANTS.keys())
def test_experiment_parameters__bad_variants_on_update__refused(client, experiment, variants):
    before = everything()

    response = client.patch(
        member(experiment), {"parameters": {"feature_flag_variants": variants}, "name": "New"}
    )

    assert_invalid(response, "parameters")
    assert everything() == before


@in_one_test("value", ["yes", 1, 0, [], {}], ids=str)
def test_experiment_parameters__continuity_is_no_boolean__refused(client, project, value):
    response = client.post(
        collection(project), MINIMAL | {"parameters": {"ensure_experience_continuity": value}}
    )

    assert_invalid(response, "parameters")
    assert everything() == []
