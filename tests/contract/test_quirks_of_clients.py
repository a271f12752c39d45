from datetime import UTC, datetime

import pytest

from experiments.models import Experiment
from feature_flags.models import FeatureFlag
from scheduled_changes.services import run_scheduled_changes
from tests import factories
from tests.assertions import assert_invalid
from tests.client import DocumentedClient
from tests.experiments.lifecycle import make_running, make_stopped, step
from tests.experiments.paths import collection, member
from tests.looping import in_one_test

SPLIT = [
    {"key": "control", "rollout_percentage": 10},
    {"key": "test", "rollout_percentage": 90},
]
DISABLING = {"disable_feature_flag": True}
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


# Quirk: variants-of-launched-experiments-are-fixed
def test_quirks__draft_on_the_flag_of_a_running_experiment__holdout_stays(
    client, project, ada, holdout
):
    running = make_running(project, ada, holdout=holdout)
    draft = factories.make_experiment(project, ada, feature_flag_key=running.feature_flag.key)
    other = factories.make_holdout(project, ada)
    before = FeatureFlag.objects.values().get()

    assert_invalid(client.patch(member(draft), {"holdout_id": other.pk}), "holdout_id")
    assert client.patch(member(draft), {"parameters": {"effect": 5}}).status_code == 200
    assert FeatureFlag.objects.values().get() == before


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


# Quirk: tags-when-there-are-some
def test_quirks__tags__shown_when_there_are_some(client, experiment):
    assert "tags" not in client.get(member(experiment)).json()

    client.patch(member(experiment), {"tags": ["q3"]})

    assert list(client.get(member(experiment)).json())[-1] == "tags"


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


@in_one_test(
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


# Quirk: flags-are-archived-on-request
@pytest.mark.parametrize(("body", "archived"), [({}, False), (DISABLING, True)], ids=str)
def test_quirks__experiment_archived_whose_flag_is_off__flag_as_asked(
    client, project, ada, body, archived
):
    experiment = make_stopped(project, ada)
    FeatureFlag.objects.update(active=False)

    client.post(step(experiment, "archive"), body)

    assert FeatureFlag.objects.get().archived is archived


# Quirk: rollouts-refuse-barely
@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("roll_out_to_everyone", {}),
        ("set_release_condition_rollout", {"condition_index": 0, "rollout_percentage": 5}),
    ],
)
def test_quirks__rollout_of_a_deleted_flag__refused_barely(client, project, action, body):
    flag = factories.make_flag(project, deleted=True)

    response = client.post(
        f"/api/projects/{project.pk}/feature_flags/{flag.pk}/{action}/", body | {"version": 1}
    )

    assert response.status_code == 400
    assert list(response.json()) == ["error", "detail"]


# Quirk: scheduled-changes-act-for-their-author
def test_quirks__payload_of_a_scheduled_change_replaced__made_as_its_author(client, project, grace):
    flag = factories.make_flag(project)
    path = f"/api/projects/{project.pk}/scheduled_changes/"
    payload = {"operation": "update_status", "value": True}
    body = {"record_id": flag.pk, "model_name": "FeatureFlag", "payload": payload}
    made = client.post(path, body | {"scheduled_at": "2031-01-01T00:00:00Z"}).json()
    editor = DocumentedClient(factories.make_key(grace))
    editor.patch(f"{path}{made['id']}/", {"payload": payload | {"value": False}})

    run_scheduled_changes(now=datetime(2031, 1, 1, tzinfo=UTC))

    flag.refresh_from_db()
    assert (flag.active, flag.last_modified_by) == (False, grace)


# Quirk: flag-copies-refuse-barely
@pytest.mark.parametrize("path", ["copy_flags", "copy_flags/dependency_requirements"])
def test_quirks__copies_of_nothing__refused_barely(client, organization, path):
    response = client.post(f"/api/organizations/{organization.pk}/feature_flags/{path}/", {})

    assert response.status_code == 400
    assert list(response.json()) == ["error", "detail"]
