import pytest

from experiments.models import Experiment
from feature_flags.models import FeatureFlag
from tests import factories
from tests.assertions import assert_invalid
from tests.experiments.paths import collection, member
from tests.experiments.stages import make_running, step

SPLIT = [
    {"key": "control", "rollout_percentage": 10},
    {"key": "test", "rollout_percentage": 90},
]
NARROW = {"groups": [{"properties": [], "rollout_percentage": 5}]}


def _flag_path(experiment):
    return f"/api/projects/{experiment.project_id}/feature_flags/{experiment.feature_flag_id}/"


# Quirk: launched-flags-serve-what-was-launched
def test_quirks__shares_of_a_running_experiment__refused_or_served(client, project, ada):
    path = member(make_running(project, ada))
    body = {"parameters": {"feature_flag_variants": SPLIT}}

    assert_invalid(client.patch(path, body), "parameters")
    answer = client.patch(path, body | {"update_feature_flag_params": True}).json()

    assert answer["feature_flag"]["filters"]["multivariate"]["variants"] == SPLIT


# Quirk: variants-of-launched-experiments-are-fixed
def test_quirks__variants_of_a_launched_experiment__stay(client, project, ada):
    experiment = make_running(project, ada)

    assert_invalid(client.patch(_flag_path(experiment), {"filters": NARROW}), "filters")


# Quirk: filters-are-replaced-whole
def test_quirks__filters_without_groups__refused(client, experiment):
    filters = {"multivariate": {"variants": SPLIT}}

    assert_invalid(client.patch(_flag_path(experiment), {"filters": filters}), "filters")


# Quirk: adopted-flags-are-the-truth
def test_quirks__adopted_flag__its_variants_in_parameters(client, project):
    factories.make_flag(project, "checkout")
    body = {"name": "Checkout", "feature_flag_key": "checkout"}

    answer = client.post(
        collection(project), body | {"parameters": {"feature_flag_variants": SPLIT}}
    ).json()

    assert answer["parameters"]["feature_flag_variants"] == factories.TWO_VARIANTS


# Quirk: flag-edits-reach-experiments
def test_quirks__flag_edited__draft_says_so(client, experiment):
    filters = experiment.feature_flag.filters | NARROW

    client.patch(_flag_path(experiment), {"filters": filters})

    assert client.get(member(experiment)).json()["parameters"]["rollout_percentage"] == 5


# Quirk: feature-flag-is-an-input
def test_quirks__feature_flag_sent__created_as_sent(client, project):
    wanted = {"filters": NARROW | {"multivariate": {"variants": SPLIT}}}
    body = {"name": "Checkout", "feature_flag_key": "checkout", "feature_flag": wanted}

    filters = client.post(collection(project), body).json()["feature_flag"]["filters"]

    assert filters["multivariate"]["variants"] == SPLIT
    assert filters["groups"][0]["rollout_percentage"] == 5


# Quirk: copies-take-the-flag-along
def test_quirks__duplicate_on_a_new_key__same_rollout(client, experiment):
    client.patch(_flag_path(experiment), {"filters": experiment.feature_flag.filters | NARROW})

    client.post(step(experiment, "duplicate"), {"feature_flag_key": "k2"})

    assert FeatureFlag.objects.get(key="k2").filters["groups"][0]["rollout_percentage"] == 5


# Quirk: ship-to-everyone-by-default
def test_quirks__shipped_without_a_word__group_for_everyone_first(client, project, ada):
    experiment = make_running(project, ada)

    answer = client.post(step(experiment, "ship_variant"), {"variant_key": "test"}).json()

    assert len(answer["feature_flag"]["filters"]["groups"]) == 2


# Quirk: running-is-never-archived
def test_quirks__archived_draft_launched__back_in_the_list(client, project, ada):
    experiment = factories.make_experiment(project, ada, archived=True)

    assert client.post(step(experiment, "launch")).json()["archived"] is False


# Quirk: newer-members-are-kept
def test_quirks__excluded_variants__kept_in_parameters(client, experiment):
    client.patch(member(experiment), {"excluded_variants": []})

    assert Experiment.objects.get().parameters == {"excluded_variants": []}


# Quirk: every-step-is-told
def test_quirks__paused__told_in_the_experiments_history(client, project, ada):
    experiment = make_running(project, ada)

    client.post(step(experiment, "pause"))

    [change] = client.get(f"{member(experiment)}activity/").json()["results"][0]["detail"][
        "changes"
    ]
    assert (change["field"], change["before"], change["after"]) == (
        "feature_flag_active",
        True,
        False,
    )


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("experiments", "metrics"),
        ("experiments", "saved_metrics_ids"),
        ("experiments", "primary_metrics_ordered_uuids"),
        ("feature_flags", "tags"),
        ("experiment_holdouts", "filters"),
    ],
)
def test_quirks__arrays_are_bounded__longer_one_refused(client, project, path, name):
    body = {"name": "Long", "key": "long", "feature_flag_key": "long", name: ["x"] * 1001}

    response = client.post(f"/api/projects/{project.pk}/{path}/", body)

    assert_invalid(response, name)
    assert "at most" in response.json()["detail"]
