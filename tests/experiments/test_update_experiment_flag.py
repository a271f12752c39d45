import pytest

from experiments.models import Experiment
from feature_flags.models import FeatureFlag
from tests import factories
from tests.assertions import assert_invalid
from tests.experiments.database_rows import everything
from tests.experiments.paths import member
from tests.looping import in_one_test

INDEX = "aggregation_group_type_index"
THREE_VARIANTS = [
    {"key": "control", "name": "A", "rollout_percentage": 40},
    {"key": "red", "name": "B", "rollout_percentage": 30},
    {"key": "blue", "name": "C", "rollout_percentage": 30},
]
FOUR_VARIANTS = [
    {"key": key, "rollout_percentage": 25} for key in ("control", "red", "blue", "green")
]


@pytest.mark.parametrize("variants", [THREE_VARIANTS, FOUR_VARIANTS], ids=["three", "four"])
def test_update_experiment_flag__variants_of_a_draft__served(client, experiment, variants, ada):
    before = experiment.feature_flag.filters

    response = client.patch(member(experiment), {"parameters": {"feature_flag_variants": variants}})

    assert response.status_code == 200
    flag = FeatureFlag.objects.get()
    assert flag.filters == before | {"multivariate": {"variants": variants}}
    assert response.json()["feature_flag"]["filters"] == flag.filters
    assert response.json()["parameters"] == {"feature_flag_variants": variants}
    assert (flag.version, flag.active, flag.last_modified_by) == (2, False, ada)


def test_update_experiment_flag__edited_flag__its_other_filters_survive(client, experiment):
    filters = experiment.feature_flag.filters | {
        "groups": [
            {"properties": [{"key": "a"}], "rollout_percentage": 80, INDEX: None},
            {"properties": [], "rollout_percentage": 15, "variant": "test", INDEX: None},
        ],
        "payloads": {"control": '"x"'},
        "feature_enrollment": True,
    }
    FeatureFlag.objects.update(filters=filters)
    variants = [{"key": "control", "rollout_percentage": 1}, {"key": "test", "split_percent": 99}]

    client.patch(
        member(experiment),
        {"parameters": {"feature_flag_variants": variants, "rollout_percentage": 30}},
    )

    first, second = filters["groups"]
    assert FeatureFlag.objects.get().filters == filters | {
        "groups": [first | {"rollout_percentage": 30}, second],
        "multivariate": {"variants": [variants[0], {"key": "test", "rollout_percentage": 99}]},
    }


def test_update_experiment_flag__no_rollout_sent__group_keeps_its_own(client, project, ada):
    experiment = factories.make_experiment(project, ada, parameters={"rollout_percentage": 20})

    client.patch(member(experiment), {"parameters": {"feature_flag_variants": THREE_VARIANTS}})

    assert FeatureFlag.objects.get().filters["groups"][0]["rollout_percentage"] == 20


@pytest.mark.parametrize("percentage", [0, 30, 99.5])
def test_update_experiment_flag__rollout_sent__in_the_first_group(client, experiment, percentage):
    client.patch(member(experiment), {"parameters": {"rollout_percentage": percentage}})

    assert FeatureFlag.objects.get().filters["groups"] == [
        {"properties": [], "rollout_percentage": percentage, INDEX: None}
    ]


def test_update_experiment_flag__parameters_without_variants__flag_keeps_its_own(
    client, project, ada
):
    parameters = {"feature_flag_variants": THREE_VARIANTS, INDEX: 2}
    experiment = factories.make_experiment(project, ada, parameters=parameters)
    before = FeatureFlag.objects.get().filters

    response = client.patch(member(experiment), {"parameters": {"effect": 5}})

    assert response.json()["parameters"] == {"effect": 5}
    assert FeatureFlag.objects.get().filters == before


@pytest.mark.parametrize(("sent", "stored"), [({INDEX: 3}, 3), ({INDEX: None}, None)], ids=str)
def test_update_experiment_flag__group_type_index__on_top_and_in_the_group(
    client, project, ada, sent, stored
):
    experiment = factories.make_experiment(project, ada, parameters={INDEX: 2})

    client.patch(member(experiment), {"parameters": sent})

    filters = FeatureFlag.objects.get().filters
    assert filters[INDEX] == filters["groups"][0][INDEX] == stored


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "New", "description": "Why"},
        {"filters": {INDEX: 1}},
        {"parameters": None},
        {"parameters": {}},
        {"archived": True},
        {"stats_config": {"method": "frequentist"}},
        {"end_date": "2030-01-01T00:00:00Z"},
    ],
    ids=str,
)
def test_update_experiment_flag__nothing_for_the_flag__untouched(client, experiment, changes):
    before = FeatureFlag.objects.values().get()

    response = client.patch(member(experiment), changes)

    assert response.status_code == 200
    assert FeatureFlag.objects.values().get() == before


@in_one_test(
    "parameters",
    [
        {"feature_flag_variants": [*factories.TWO_VARIANTS, {"key": "c", "rollout_percentage": 1}]},
        {"feature_flag_variants": [{"key": k, "split_percent": None} for k in ("control", "b")]},
        {"rollout_percentage": 101},
        {"rollout_percentage": "30"},
        {INDEX: 5},
        {INDEX: "x"},
    ],
    ids=str,
)
def test_update_experiment_flag__unservable_parameters__refused(client, experiment, parameters):
    before = everything()

    response = client.patch(member(experiment), {"name": "New", "parameters": parameters})

    assert_invalid(response, "filters")
    assert everything() == before


def test_update_experiment_flag__payload_of_a_dropped_variant__refused(client, experiment):
    filters = experiment.feature_flag.filters | {"payloads": {"test": '"x"'}}
    FeatureFlag.objects.update(filters=filters)
    before = everything()

    response = client.patch(
        member(experiment), {"parameters": {"feature_flag_variants": THREE_VARIANTS}}
    )

    assert_invalid(response, "filters")
    assert everything() == before


def test_update_experiment_flag__start_of_a_draft__active(client, experiment):
    response = client.patch(member(experiment), {"start_date": "2024-01-01T00:00:00Z"})

    assert response.json()["feature_flag"]["active"] is True
    assert response.json()["feature_flag"]["version"] == 2


def test_update_experiment_flag__variants_and_start__both_in_one_version(client, experiment):
    response = client.patch(
        member(experiment),
        {
            "start_date": "2024-01-01T00:00:00Z",
            "parameters": {"feature_flag_variants": THREE_VARIANTS},
        },
    )

    flag = response.json()["feature_flag"]
    assert flag["active"] is True
    assert flag["filters"]["multivariate"]["variants"] == THREE_VARIANTS
    assert flag["version"] == 2


@pytest.mark.parametrize("changes", [{"start_date": None}, {"end_date": "2030-01-01"}], ids=str)
def test_update_experiment_flag__back_to_draft_or_stopped__untouched(
    client, running_experiment, changes
):
    before = FeatureFlag.objects.values().get()

    response = client.patch(member(running_experiment), changes)

    assert response.json()["feature_flag"]["active"] is True
    assert FeatureFlag.objects.values().get() == before


def test_update_experiment_flag__shared_flag__sibling_gets_the_variants(client, project, ada):
    flag = factories.make_flag(project)
    draft, sibling = (
        factories.make_experiment(project, ada, feature_flag_key=flag.key, parameters={"effect": 5})
        for _ in range(2)
    )

    client.patch(member(draft), {"parameters": {"feature_flag_variants": THREE_VARIANTS, "a": 1}})

    draft, sibling = Experiment.objects.order_by("pk")
    assert draft.parameters == {"feature_flag_variants": THREE_VARIANTS, "a": 1}
    assert sibling.parameters == {"feature_flag_variants": THREE_VARIANTS, "effect": 5}
