import pytest

from experiments.models import Experiment
from feature_flags.models import FeatureFlag
from tests import factories
from tests.assertions import assert_invalid
from tests.experiments.database_rows import everything
from tests.experiments.paths import collection
from tests.looping import in_one_test

MINIMAL = {"name": "Checkout", "feature_flag_key": "checkout"}
DEFAULT_VARIANTS = [
    {"key": "control", "name": "Control Group", "rollout_percentage": 50},
    {"key": "test", "name": "Test Variant", "rollout_percentage": 50},
]
THREE_VARIANTS = [
    {"key": "red", "rollout_percentage": 33},
    {"key": "control", "name": "As before", "rollout_percentage": 34},
    {"key": "blue", "name": "", "rollout_percentage": 33},
]
INDEX = "aggregation_group_type_index"


def test_create_experiment_flag__new_key__inactive_flag_with_two_variants(client, project, ada):
    response = client.post(collection(project), MINIMAL)

    assert response.status_code == 201
    flag = FeatureFlag.objects.get()
    assert response.json()["feature_flag"] == {
        "id": flag.pk,
        "team_id": project.pk,
        "name": "Feature Flag for Experiment Checkout",
        "key": "checkout",
        "filters": flag.filters,
        "deleted": False,
        "active": False,
        "ensure_experience_continuity": False,
        "has_encrypted_payloads": False,
        "version": 1,
        "evaluation_runtime": "all",
        "bucketing_identifier": "distinct_id",
        "evaluation_contexts": [],
    }
    assert flag.filters == {
        "groups": [{"properties": [], "rollout_percentage": 100, INDEX: None}],
        "multivariate": {"variants": DEFAULT_VARIANTS},
        INDEX: None,
        "holdout": None,
    }
    assert (flag.created_by, flag.last_modified_by) == (ada, ada)
    assert (flag.folder, flag.creation_context) == (None, "experiments")


def test_create_experiment_flag__three_variants__served_as_sent(client, project):
    sent = MINIMAL | {"parameters": {"feature_flag_variants": THREE_VARIANTS}}

    response = client.post(collection(project), sent)

    assert response.status_code == 201
    assert response.json()["parameters"] == sent["parameters"]
    assert FeatureFlag.objects.get().filters == {
        "groups": [{"properties": [], "rollout_percentage": 100, INDEX: None}],
        "multivariate": {"variants": THREE_VARIANTS},
        INDEX: None,
        "holdout": None,
    }


@pytest.mark.parametrize("variants", [[], None], ids=["empty", "null"])
def test_create_experiment_flag__no_variants_named__default_pair(client, project, variants):
    parameters = {"feature_flag_variants": variants}

    response = client.post(collection(project), MINIMAL | {"parameters": parameters})

    assert response.json()["parameters"] == parameters
    assert _filters()["multivariate"] == {"variants": DEFAULT_VARIANTS}


def test_create_experiment_flag__split_percent__served_as_rollout_percentage(client, project):
    variants = [{"key": "control", "split_percent": 10}, {"key": "test", "split_percent": 90}]
    parameters = {"feature_flag_variants": variants}

    response = client.post(collection(project), MINIMAL | {"parameters": parameters})

    assert response.json()["parameters"] == parameters
    assert _filters()["multivariate"]["variants"] == [
        {"key": "control", "rollout_percentage": 10},
        {"key": "test", "rollout_percentage": 90},
    ]


def test_create_experiment_flag__twenty_variants__served(client, project):
    variants = [{"key": f"v{number}", "rollout_percentage": 5} for number in range(19)]
    variants.append({"key": "control", "rollout_percentage": 5})

    response = client.post(
        collection(project), MINIMAL | {"parameters": {"feature_flag_variants": variants}}
    )

    assert response.status_code == 201
    assert _filters()["multivariate"]["variants"] == variants


@pytest.mark.parametrize(("sent", "stored"), [(50, 50), (0, 0), (12.5, 12.5), (None, 100)], ids=str)
def test_create_experiment_flag__rollout_percentage__in_the_first_group(
    client, project, sent, stored
):
    client.post(collection(project), MINIMAL | {"parameters": {"rollout_percentage": sent}})

    assert _filters()["groups"] == [{"properties": [], "rollout_percentage": stored, INDEX: None}]


@pytest.mark.parametrize("index", [0, 4])
def test_create_experiment_flag__group_type_index__on_top_and_in_the_group(client, project, index):
    client.post(collection(project), MINIMAL | {"parameters": {INDEX: index}})

    assert _filters()[INDEX] == index
    assert _filters()["groups"][0][INDEX] == index


def test_create_experiment_flag__group_type_index_in_filters__flag_has_none(client, project):
    response = client.post(collection(project), MINIMAL | {"filters": {INDEX: 1}})

    assert response.json()["filters"] == {INDEX: 1}
    assert _filters()[INDEX] is None


def test_create_experiment_flag__start_date__active(client, project):
    response = client.post(collection(project), MINIMAL | {"start_date": "2024-01-01T00:00:00Z"})

    assert response.json()["status"] == "running"
    assert response.json()["feature_flag"]["active"] is True


def test_create_experiment_flag__only_end_date__inactive(client, project):
    response = client.post(collection(project), MINIMAL | {"end_date": "2024-01-01T00:00:00Z"})

    assert response.json()["feature_flag"]["active"] is False


def test_create_experiment_flag__folder__filed_there_too(client, project):
    client.post(collection(project), MINIMAL | {"_create_in_folder": "Growth"})

    assert FeatureFlag.objects.get().folder == Experiment.objects.get().folder == "Growth"


def test_create_experiment_flag__holdout__in_its_filters(client, project, holdout):
    response = client.post(collection(project), MINIMAL | {"holdout_id": holdout.pk})

    assert response.json()["holdout_id"] == response.json()["holdout"]["id"] == holdout.pk
    assert _filters()["holdout"] == {"id": holdout.pk, "exclusion_percentage": 10}


@pytest.mark.parametrize(
    ("default", "sent", "stored"),
    [
        (None, {}, False),
        (None, {"ensure_experience_continuity": None}, False),
        (None, {"ensure_experience_continuity": True}, True),
        (None, {"ensure_experience_continuity": False}, False),
        (False, {}, False),
        (True, {}, True),
        (True, {"ensure_experience_continuity": False}, False),
    ],
    ids=str,
)
def test_create_experiment_flag__continuity__parameters_then_project_then_false(
    client, project, default, sent, stored
):
    project.flags_persistence_default = default
    project.save(update_fields=["flags_persistence_default"])

    response = client.post(collection(project), MINIMAL | {"parameters": sent})

    assert response.json()["feature_flag"]["ensure_experience_continuity"] is stored


@in_one_test(
    ("key", "code", "attr"),
    [
        ("check out", "invalid_key", "key"),
        ("check/out", "invalid_key", "key"),
        ("prüfung", "invalid_key", "key"),
        ("\u0661", "invalid_key", "key"),
        ("a\nb", "invalid_key", "key"),
        ("k" * 401, "max_length", "key"),
    ],
    ids=lambda value: value[:12],
)
def test_create_experiment_flag__bad_key__refused_and_nothing_left(
    client, project, key, code, attr
):
    response = client.post(collection(project), MINIMAL | {"feature_flag_key": key})

    assert_invalid(response, attr, code)
    assert everything() == []


@pytest.mark.parametrize("key", ["A-z_09", "k" * 400, "7"], ids=["all characters", "long", "digit"])
def test_create_experiment_flag__good_key__taken(client, project, key):
    response = client.post(collection(project), MINIMAL | {"feature_flag_key": key})

    assert response.json()["feature_flag_key"] == response.json()["feature_flag"]["key"] == key


@in_one_test(
    "parameters",
    [
        {"rollout_percentage": 101},
        {"rollout_percentage": -1},
        {"rollout_percentage": "all"},
        {"rollout_percentage": True},
        {INDEX: 5},
        {INDEX: -1},
        {INDEX: "0"},
        {INDEX: True},
    ],
    ids=str,
)
def test_create_experiment_flag__unservable_parameters__refused_and_nothing_left(
    client, project, parameters
):
    response = client.post(collection(project), MINIMAL | {"parameters": parameters})

    assert_invalid(response, "filters")
    assert everything() == []


@in_one_test(
    "shares",
    [(50, 49), (50, 51), (0, 0), (33.3, 66.6), (150, -50), (None, 100), ("50", "50"), (True, 99)],
    ids=str,
)
def test_create_experiment_flag__shares_not_100__refused_and_nothing_left(client, project, shares):
    variants = [
        {"key": key, "rollout_percentage": share}
        for key, share in zip(("control", "test"), shares, strict=True)
    ]

    response = client.post(
        collection(project), MINIMAL | {"parameters": {"feature_flag_variants": variants}}
    )

    assert_invalid(response, "filters")
    assert everything() == []


def test_create_experiment_flag__key_of_another_project__own_flag(client, project, foreign_project):
    foreign = factories.make_flag(foreign_project, "checkout")

    response = client.post(collection(project), MINIMAL)

    assert response.status_code == 201
    assert response.json()["feature_flag"]["id"] != foreign.pk


def _filters() -> dict:
    return FeatureFlag.objects.get().filters
