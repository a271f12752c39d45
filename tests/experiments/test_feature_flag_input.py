import pytest

from experiments.models import Experiment
from feature_flags.models import FeatureFlag
from tests import factories
from tests.assertions import assert_invalid
from tests.experiments.database_rows import everything
from tests.experiments.lifecycle import make_running
from tests.experiments.paths import collection, member
from tests.looping import in_one_test

INDEX = "aggregation_group_type_index"
VARIANTS = [
    {"key": "control", "rollout_percentage": 20},
    {"key": "test", "name": "New", "rollout_percentage": 80},
]
FILTERS = {
    "multivariate": {"variants": VARIANTS},
    "groups": [{"properties": [], "rollout_percentage": 30}],
}
MINIMAL = {"name": "Checkout", "feature_flag_key": "checkout"}


def test_create_experiment__flag_wanted__served_and_shown_in_parameters(client, project):
    wanted = {
        "filters": FILTERS | {"payloads": {"test": '{"color": "red"}'}, INDEX: 1},
        "ensure_experience_continuity": True,
    }

    response = client.post(collection(project), MINIMAL | {"feature_flag": wanted})

    assert response.status_code == 201
    flag = FeatureFlag.objects.get()
    assert flag.filters == {
        "groups": [{"properties": [], "rollout_percentage": 30, INDEX: 1}],
        "multivariate": {"variants": VARIANTS},
        "payloads": {"test": '{"color": "red"}'},
        INDEX: 1,
        "holdout": None,
    }
    assert flag.ensure_experience_continuity is True
    assert response.json()["feature_flag"]["filters"] == flag.filters
    assert response.json()["parameters"] == {
        "feature_flag_variants": VARIANTS,
        "rollout_percentage": 30,
        INDEX: 1,
    }
    assert client.get(member(Experiment.objects.get())).json() == response.json()


@pytest.mark.parametrize(
    "wanted",
    [
        None,
        {},
        {"key": "checkout"},
        {"id": None},
        {"id": 7, "filters": FILTERS, "active": True},
        {"filters": {}},
        {"filters": {"multivariate": None, "groups": []}},
    ],
    ids=str,
)
def test_create_experiment__nothing_wanted__defaults(client, project, wanted):
    response = client.post(collection(project), MINIMAL | {"feature_flag": wanted})

    assert response.status_code == 201
    filters = FeatureFlag.objects.get().filters
    assert [each["rollout_percentage"] for each in filters["multivariate"]["variants"]] == [50, 50]
    assert filters["groups"][0]["rollout_percentage"] == 100


@in_one_test(
    ("wanted", "attr"),
    [
        ("checkout", "feature_flag"),
        ([], "feature_flag"),
        (0, "feature_flag"),
        ({"active": True}, "feature_flag"),
        ({"key": "other"}, "feature_flag"),
        ({"ensure_experience_continuity": "yes"}, "feature_flag"),
        ({"filters": []}, "feature_flag"),
        ({"filters": {"holdout": None}}, "feature_flag"),
        ({"filters": {"multivariate": 0}}, "feature_flag"),
        ({"filters": {"multivariate": {"variants": {}}}}, "feature_flag"),
        ({"filters": {"multivariate": {"variants": VARIANTS, "extra": 1}}}, "feature_flag"),
        ({"filters": {"multivariate": {"variants": [{"key": "control"}]}}}, "feature_flag"),
        ({"filters": {"payloads": []}}, "feature_flag"),
        ({"filters": {"groups": {}}}, "feature_flag"),
        ({"filters": {"groups": [{}, {}]}}, "feature_flag"),
        ({"filters": {"groups": [{"variant": "test"}]}}, "feature_flag"),
        ({"filters": {"groups": [{"properties": [{"key": "plan"}]}]}}, "feature_flag"),
        ({"filters": {"multivariate": {"variants": VARIANTS[:1]}}}, None),
        ({"filters": {"groups": [{"rollout_percentage": 101}]}}, "filters"),
        ({"filters": {"payloads": {"other": "1"}}}, "filters"),
    ],
    ids=str,
)
def test_create_experiment__flag_not_understood__refused(client, project, wanted, attr):
    before = everything()

    response = client.post(collection(project), MINIMAL | {"feature_flag": wanted})

    assert_invalid(response, attr)
    assert everything() == before


def test_create_experiment__control_in_capitals__written_small(client, project):
    variants = [{"key": "Control", "split_percent": 10}, {"key": "b", "rollout_percentage": 90}]
    wanted = {"filters": {"multivariate": {"variants": variants}}}

    client.post(collection(project), MINIMAL | {"feature_flag": wanted})

    served = FeatureFlag.objects.get().filters["multivariate"]["variants"]
    assert served == [
        {"key": "control", "rollout_percentage": 10},
        {"key": "b", "rollout_percentage": 90},
    ]


def test_create_experiment__flag_wanted_that_exists__refused(client, project):
    factories.make_flag(project, "checkout")
    before = everything()

    response = client.post(collection(project), MINIMAL | {"feature_flag": {"filters": FILTERS}})

    assert_invalid(response, "feature_flag")
    assert everything() == before


def test_create_experiment__flag_and_parameters_disagree__refused(client, project):
    body = {
        "feature_flag": {"filters": FILTERS},
        "parameters": {"feature_flag_variants": factories.TWO_VARIANTS},
    }

    response = client.post(collection(project), MINIMAL | body)

    assert_invalid(response, "feature_flag")


def test_update_experiment__draft__flag_changed_and_all_else_kept(client, project, ada):
    parameters = {"feature_flag_payloads": {"test": "1"}, "effect": 5}
    experiment = factories.make_experiment(project, ada, parameters=parameters)
    wanted = {"filters": {"multivariate": {"variants": VARIANTS}}}

    response = client.patch(member(experiment), {"feature_flag": wanted})

    filters = response.json()["feature_flag"]["filters"]
    assert filters["multivariate"] == {"variants": VARIANTS}
    assert filters["payloads"] == {"test": "1"}
    assert filters["groups"][0]["rollout_percentage"] == 100
    assert response.json()["parameters"] == parameters | {"feature_flag_variants": VARIANTS}


def test_update_experiment__all_that_was_read__nothing_changes(client, project, ada):
    factories.make_flag(project, "checkout")
    client.post(collection(project), MINIMAL)
    experiment = Experiment.objects.get()
    read = client.get(member(experiment)).json()
    before = FeatureFlag.objects.values().get()

    response = client.put(member(experiment), read)

    assert response.status_code == 200
    assert FeatureFlag.objects.values().get() == before
    assert response.json()["parameters"] == read["parameters"]


def test_update_experiment__running__refused_unless_the_flag_is_meant(client, project, ada):
    experiment = make_running(project, ada)
    before = everything()
    body = {"feature_flag": {"filters": FILTERS}}

    assert_invalid(client.patch(member(experiment), body), "feature_flag")
    assert everything() == before
    response = client.patch(member(experiment), body | {"update_feature_flag_params": True})

    assert response.json()["feature_flag"]["filters"]["groups"][0]["rollout_percentage"] == 30
    assert response.json()["parameters"]["feature_flag_variants"] == VARIANTS


def test_update_experiment__running_and_new_variant__refused(client, project, ada):
    experiment = make_running(project, ada)
    variants = [{"key": key, "rollout_percentage": 25} for key in ("control", "test", "c", "d")]
    body = {
        "feature_flag": {"filters": {"multivariate": {"variants": variants}}},
        "update_feature_flag_params": True,
    }

    assert_invalid(client.patch(member(experiment), body), "feature_flag")


def test_update_experiment__running_and_what_the_flag_serves__nothing_changes(client, project, ada):
    experiment = make_running(project, ada)
    before = FeatureFlag.objects.values().get()
    variants = before["filters"]["multivariate"]["variants"]

    response = client.patch(
        member(experiment),
        {"name": "New", "feature_flag": {"filters": {"multivariate": {"variants": variants}}}},
    )

    assert response.json()["name"] == "New"
    assert FeatureFlag.objects.values().get() == before
