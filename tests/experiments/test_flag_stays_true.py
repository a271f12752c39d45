import pytest

from activity.models import ActivityLog
from experiments.models import Experiment
from feature_flags.models import FeatureFlag
from tests import factories
from tests.assertions import assert_invalid
from tests.experiments.database_rows import everything
from tests.experiments.lifecycle import make_running, make_stopped, set_flag, step
from tests.experiments.paths import collection, member

LIVE = {
    "groups": [{"properties": [], "rollout_percentage": 5}],
    "multivariate": {
        "variants": [
            {"key": "control", "rollout_percentage": 90},
            {"key": "a", "rollout_percentage": 10},
        ]
    },
}
PREMIUM = {"key": "plan", "value": "premium", "operator": "exact", "type": "person"}


def _flag_path(experiment):
    return f"/api/projects/{experiment.project_id}/feature_flags/{experiment.feature_flag_id}/"


def test_adopted_flag__other_parameters_sent__flag_is_the_truth(client, project):
    factories.make_flag(project, "checkout", filters=LIVE)
    before = FeatureFlag.objects.values().get()
    body = {
        "name": "Checkout",
        "feature_flag_key": "checkout",
        "parameters": {"feature_flag_variants": factories.TWO_VARIANTS, "effect": 5},
    }

    created = client.post(collection(project), body).json()
    read = client.get(member(Experiment.objects.get())).json()
    client.put(member(Experiment.objects.get()), read | {"name": "Renamed"})

    assert created["parameters"] == {
        "feature_flag_variants": LIVE["multivariate"]["variants"],
        "rollout_percentage": 5,
        "effect": 5,
    }
    assert FeatureFlag.objects.values().get() == before


def test_flag_edit__rollout_narrowed__echoed_parameters_launch_keeps_it(client, project, ada):
    experiment = factories.make_experiment(project, ada, parameters={"effect": 5})
    filters = experiment.feature_flag.filters | {
        "groups": [{"properties": [], "rollout_percentage": 20}]
    }
    client.patch(_flag_path(experiment), {"filters": filters})
    read = client.get(member(experiment)).json()

    response = client.patch(
        member(experiment),
        {"start_date": "2026-01-01T00:00:00Z", "parameters": read["parameters"]},
    )

    assert read["parameters"]["rollout_percentage"] == 20
    groups = response.json()["feature_flag"]["filters"]["groups"]
    assert groups[0]["rollout_percentage"] == 20


def test_flag_edit__stale_draft_parameters_echoed__flag_keeps_its_own(client, project, ada):
    experiment = make_stopped(
        project, ada, parameters={"feature_flag_variants": factories.TWO_VARIANTS}
    )
    client.post(step(experiment, "ship_variant"), {"variant_key": "test"})
    client.post(step(experiment, "reset"))
    before = FeatureFlag.objects.values().get()
    read = client.get(member(experiment)).json()

    client.patch(member(experiment), {"parameters": read["parameters"]})
    client.patch(member(experiment), {"parameters": read["parameters"] | {"effect": 5}})

    assert FeatureFlag.objects.values().get() == before


@pytest.mark.parametrize("make", [factories.make_experiment, make_running])
def test_flag_edit__drafts_and_running__told_in_their_history(client, project, ada, make):
    experiment = make(project, ada)
    filters = experiment.feature_flag.filters | {"groups": LIVE["groups"]}

    client.patch(_flag_path(experiment), {"filters": filters})

    [entry] = ActivityLog.objects.filter(subject="Experiment", activity="updated")
    assert [change["field"] for change in entry.detail["changes"]] == ["parameters"]
    read = client.get(member(experiment)).json()
    assert read["parameters"]["rollout_percentage"] == 5
    assert read["updated_at"] == read_flag(client, experiment)["updated_at"]


def read_flag(client, experiment):
    return client.get(_flag_path(experiment)).json()


def test_flag_edit__ended_experiment__keeps_what_it_had(client, project, ada):
    experiment = make_stopped(project, ada, parameters={"rollout_percentage": 40})
    before = Experiment.objects.values().get()
    filters = experiment.feature_flag.filters | {"groups": LIVE["groups"]}

    assert client.patch(_flag_path(experiment), {"filters": filters}).status_code == 200

    assert Experiment.objects.values().get() == before


@pytest.mark.parametrize("make", [make_running, make_stopped])
@pytest.mark.parametrize(
    "filters",
    [
        {"groups": [{"rollout_percentage": 50}]},
        {"groups": [], "multivariate": None},
        LIVE,
    ],
    ids=["left out", "null", "other keys"],
)
def test_flag_edit__variants_of_a_launched_experiment__fixed(client, project, ada, make, filters):
    experiment = make(project, ada)
    before = everything()

    response = client.patch(_flag_path(experiment), {"filters": filters})

    assert_invalid(response, "filters")
    assert everything() == before


def test_flag_edit__holdout_left_out__stays(client, project, ada, holdout):
    experiment = make_running(project, ada, holdout=holdout)
    held = experiment.feature_flag.filters["holdout"]
    filters = {name: experiment.feature_flag.filters[name] for name in ("groups", "multivariate")}

    response = client.patch(_flag_path(experiment), {"filters": filters})

    assert response.json()["filters"]["holdout"] == held


def test_flag_edit__other_holdout_than_governs__refused(client, project, ada, holdout):
    experiment = make_running(project, ada, holdout=holdout)
    filters = experiment.feature_flag.filters
    filters |= {"holdout": {"id": holdout.pk, "exclusion_percentage": 0}}

    assert_invalid(client.patch(_flag_path(experiment), {"filters": filters}), "filters")


def test_flag_edit__unknown_members_of_a_holdout__dropped(client, project):
    holdout = {"id": 7, "exclusion_percentage": 5}
    flag = factories.make_flag(project)
    path = f"/api/projects/{project.pk}/feature_flags/{flag.pk}/"

    response = client.patch(path, {"filters": LIVE | {"holdout": holdout | {"extra": 1}}})

    assert response.json()["filters"]["holdout"] == holdout


def test_ship_variant__not_released_to_everyone__groups_stay(client, project, ada):
    experiment = make_running(project, ada)
    groups = [{"properties": [PREMIUM], "rollout_percentage": 5}]
    set_flag(experiment, filters=experiment.feature_flag.filters | {"groups": groups})

    response = client.post(
        step(experiment, "ship_variant"), {"variant_key": "test", "release_to_everyone": False}
    )

    filters = response.json()["feature_flag"]["filters"]
    assert filters["groups"] == [groups[0] | {"aggregation_group_type_index": None}]
    shares = [variant["rollout_percentage"] for variant in filters["multivariate"]["variants"]]
    assert shares == [0, 100]
    assert response.json()["status"] == "stopped"


def test_ship_variant__released_to_everyone__catch_all_first(client, project, ada):
    experiment = make_running(project, ada)

    response = client.post(
        step(experiment, "ship_variant"), {"variant_key": "test", "release_to_everyone": True}
    )

    assert len(response.json()["feature_flag"]["filters"]["groups"]) == 2


@pytest.mark.parametrize("wish", ["no", 0, None, "false", []], ids=repr)
def test_ship_variant__no_boolean__refused(client, project, ada, wish):
    experiment = make_running(project, ada)
    before = everything()

    response = client.post(
        step(experiment, "ship_variant"), {"variant_key": "test", "release_to_everyone": wish}
    )

    assert (response.status_code, response.json()["attr"]) == (400, "release_to_everyone")
    assert everything() == before


def test_duplicate__new_flag__copies_targeting_and_payloads(client, project, ada, holdout):
    experiment = make_running(project, ada, holdout=holdout)
    group = {"properties": [PREMIUM], "rollout_percentage": 5, "aggregation_group_type_index": None}
    filters = experiment.feature_flag.filters | {"groups": [group], "payloads": {"test": "1"}}
    set_flag(experiment, filters=filters, ensure_experience_continuity=True)

    response = client.post(step(experiment, "duplicate"), {"feature_flag_key": "k2"})

    flag = FeatureFlag.objects.get(key="k2")
    assert flag.filters == filters | {"holdout": None}
    assert (flag.active, flag.ensure_experience_continuity) == (False, True)
    assert response.json()["parameters"]["rollout_percentage"] == 5


def test_duplicate__shipped__split_and_groups_as_planned(client, project, ada):
    parameters = {"feature_flag_variants": factories.TWO_VARIANTS}
    experiment = make_running(project, ada, parameters=parameters)
    planned = experiment.feature_flag.filters
    client.post(step(experiment, "ship_variant"), {"variant_key": "test"})

    client.post(step(experiment, "duplicate"), {"feature_flag_key": "k2"})

    assert FeatureFlag.objects.get(key="k2").filters == planned | {"payloads": {}}


@pytest.mark.parametrize("value", [{}, 0, "", False], ids=repr)
def test_parameters__variants_of_another_type__refused(client, project, value):
    body = {
        "name": "a",
        "feature_flag_key": "a",
        "parameters": {"feature_flag_variants": value},
    }

    assert_invalid(client.post(collection(project), body), "parameters")


@pytest.mark.parametrize("value", [[], 0, "", False], ids=repr)
@pytest.mark.parametrize("member_name", ["payloads", "multivariate", "groups", "holdout"])
def test_flag_filters__member_of_another_type__refused(client, project, member_name, value):
    if (member_name, value) == ("groups", []):
        pytest.skip("an empty list of groups is none of another type")
    flag = factories.make_flag(project)
    path = f"/api/projects/{project.pk}/feature_flags/{flag.pk}/"
    before = FeatureFlag.objects.values().get()

    response = client.patch(path, {"filters": {"groups": []} | {member_name: value}})

    assert_invalid(response, "filters")
    assert FeatureFlag.objects.values().get() == before


def test_newer_members__sent__kept_inside_parameters_and_criteria(client, project, ada):
    experiment = factories.make_experiment(project, ada, parameters={"effect": 5})

    response = client.patch(
        member(experiment),
        {
            "excluded_variants": None,
            "running_time_calculation": {"minimum_detectable_effect": 5},
            "only_count_matured_users": True,
            "tags": [],
        },
    )

    assert response.json()["parameters"] == {
        "effect": 5,
        "excluded_variants": None,
        "running_time_calculation": {"minimum_detectable_effect": 5},
    }
    assert response.json()["exposure_criteria"]["only_count_matured_users"] is True


@pytest.mark.parametrize(
    ("changes", "attr"),
    [
        ({"excluded_variants": ["control"]}, "excluded_variants"),
        ({"excluded_variants": ["test"]}, "excluded_variants"),
        ({"excluded_variants": ["other"]}, "excluded_variants"),
        ({"excluded_variants": [1]}, "excluded_variants"),
        ({"running_time_calculation": {"other": 1}}, "running_time_calculation"),
        ({"only_count_matured_users": "yes"}, "only_count_matured_users"),
    ],
    ids=str,
)
def test_newer_members__nonsense__refused(client, experiment, changes, attr):
    before = everything()

    response = client.patch(member(experiment), changes)

    assert (response.status_code, response.json()["attr"]) == (400, attr)
    assert everything() == before
