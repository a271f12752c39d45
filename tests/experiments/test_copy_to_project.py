import pytest

from actions.models import Action
from experiments.models import Experiment, ExperimentSavedMetric
from feature_flags.models import FeatureFlag
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.experiments.database_rows import everything
from tests.experiments.lifecycle import NOW, NOW_ON_THE_WIRE, make_stopped, step
from tests.experiments.paths import collection, member
from tests.factories import (
    FUNNEL_METRIC,
    MEAN_METRIC,
    TWO_VARIANTS,
    make_experiment,
    make_flag,
    make_key,
    make_project,
)
from tests.looping import in_one_test

PLAN = {
    "description": "Why",
    "type": "web",
    "parameters": {"minimum_detectable_effect": 5, "feature_flag_variants": TWO_VARIANTS},
    "filters": {"insight": "TRENDS"},
    "stats_config": {"method": "frequentist"},
    "scheduling_config": {"timeseries": True},
    "exposure_criteria": {"filterTestAccounts": False},
    "exposure_preaggregation_enabled": True,
}
LEFT_BEHIND = {
    "start_date": None,
    "end_date": None,
    "holdout": None,
    "saved_metrics": [],
    "conclusion": None,
}


@pytest.fixture
def target(organization):
    return make_project(organization, "Blog")


def test_copy_to_project__rich__draft_on_a_new_inactive_flag_there(
    client, project, target, ada, holdout, time_machine
):
    lists = {"metrics": [MEAN_METRIC], "metrics_secondary": [FUNNEL_METRIC]}
    experiment = make_stopped(project, ada, holdout=holdout, conclusion="won", **lists, **PLAN)
    before = everything()
    time_machine.move_to(NOW, tick=False)

    response = client.post(step(experiment, "copy_to_project"), {"target_team_id": target.pk})

    assert response.status_code == 201
    copy, shown = Experiment.objects.latest("pk"), response.json()
    assert client.get(member(copy)).json() == shown
    assert client.get(collection(target)).json()["count"] == 1
    assert (shown["name"], shown["status"]) == ("Checkout (Copy)", "draft")
    assert {name: shown[name] for name in PLAN} == PLAN
    assert {name: shown[name] for name in LEFT_BEHIND} == LEFT_BEHIND
    assert (shown["created_by"]["id"], shown["created_at"]) == (ada.pk, NOW_ON_THE_WIRE)
    flag = shown["feature_flag"]
    assert (flag["team_id"], flag["active"]) == (target.pk, False)
    assert flag["key"] == experiment.feature_flag.key
    assert flag["filters"]["multivariate"]["variants"] == TWO_VARIANTS
    assert flag["filters"]["holdout"] is None
    assert (copy.project, copy.feature_flag.project) == (target, target)
    assert [row for row in everything() if row in before] == before


def test_copy_to_project__metrics__same_uuids_in_the_same_order(client, project, target, ada):
    experiment = make_experiment(project, ada, metrics=[MEAN_METRIC, FUNNEL_METRIC])
    uuids = [metric["uuid"] for metric in experiment.metrics]
    Experiment.objects.update(primary_metrics_ordered_uuids=uuids[::-1])

    response = client.post(step(experiment, "copy_to_project"), {"target_team_id": target.pk})

    assert [metric["uuid"] for metric in response.json()["metrics"]] == uuids
    assert response.json()["primary_metrics_ordered_uuids"] == uuids[::-1]


def test_copy_to_project__saved_metric__link_left_behind(
    client, project, target, ada, saved_metric
):
    experiment = make_experiment(project, ada, saved_metrics_ids=[{"id": saved_metric.pk}])

    response = client.post(step(experiment, "copy_to_project"), {"target_team_id": target.pk})

    assert response.json()["saved_metrics_ids"] == []
    assert ExperimentSavedMetric.objects.get().experiment == experiment


def test_copy_to_project__metric_taken_from_a_saved_one__its_id_left_behind(
    client, project, target, ada, saved_metric
):
    shared = {"isSharedMetric": True, "sharedMetricId": saved_metric.pk}
    experiment = make_experiment(project, ada, metrics=[MEAN_METRIC | shared])

    response = client.post(step(experiment, "copy_to_project"), {"target_team_id": target.pk})

    assert response.status_code == 201
    assert not response.json()["metrics"][0].keys() & shared.keys()


BODIES_WITH_ACTIONS = {
    "metrics": lambda node: [MEAN_METRIC | {"source": node}],
    "metrics_secondary": lambda node: [FUNNEL_METRIC | {"series": [node]}],
    "exposure_criteria": lambda node: {"exposure_config": node},
    "parameters": lambda node: {"custom_exposure_filter": {"actions": [node]}},
    "filters": lambda node: {"actions": [node]},
}


@pytest.mark.parametrize("field", BODIES_WITH_ACTIONS)
def test_copy_to_project__about_an_action_of_its_own_project__refused(
    client, project, target, ada, field
):
    action = Action.objects.create(project=project, name="Paid")
    node = {"kind": "ActionsNode", "id": action.pk}
    experiment = make_experiment(project, ada, **{field: BODIES_WITH_ACTIONS[field](node)})
    before = everything()

    response = client.post(step(experiment, "copy_to_project"), {"target_team_id": target.pk})

    assert_invalid(response, field)
    assert everything() == before


def test_copy_to_project__flag_with_the_key_there__taken_as_it_is(client, target, experiment, ada):
    variants = [{"key": key, "rollout_percentage": 50} for key in ("control", "blue")]
    flag = make_flag(target, experiment.feature_flag.key)
    flag.filters["multivariate"]["variants"] = variants
    flag.save()
    before = FeatureFlag.objects.filter(pk=flag.pk).values().get()

    response = client.post(step(experiment, "copy_to_project"), {"target_team_id": target.pk})

    assert response.json()["feature_flag"]["id"] == flag.pk
    assert response.json()["parameters"] == {"feature_flag_variants": variants}
    assert FeatureFlag.objects.filter(pk=flag.pk).values().get() == before


def test_copy_to_project__name_and_key__taken(client, target, experiment):
    body = {"target_team_id": target.pk, "name": "There", "feature_flag_key": "there"}

    response = client.post(step(experiment, "copy_to_project"), body)

    assert response.json()["name"] == "There"
    assert response.json()["feature_flag"]["key"] == "there"


def test_copy_to_project__blank_name_and_key__those_of_the_source(client, target, experiment):
    body = {"target_team_id": target.pk, "name": "", "feature_flag_key": ""}

    response = client.post(step(experiment, "copy_to_project"), body)

    assert response.json()["name"] == "Checkout (Copy)"
    assert response.json()["feature_flag_key"] == experiment.feature_flag.key


def test_copy_to_project__twice__names_numbered_there(client, target, experiment):
    body = {"target_team_id": target.pk}

    names = [
        client.post(step(experiment, "copy_to_project"), body).json()["name"] for _ in range(2)
    ]

    assert names == ["Checkout (Copy)", "Checkout (Copy) 1"]


def test_copy_to_project__same_project__draft_on_the_same_flag(client, project, experiment):
    response = client.post(step(experiment, "copy_to_project"), {"target_team_id": project.pk})

    assert response.status_code == 201
    assert response.json()["feature_flag"]["id"] == experiment.feature_flag_id


def test_copy_to_project__project_with_other_defaults__plan_of_the_source(
    client, target, experiment
):
    target.default_stats_method = "frequentist"
    target.save()

    response = client.post(step(experiment, "copy_to_project"), {"target_team_id": target.pk})

    assert response.json()["stats_config"] == {"method": "bayesian"}


@in_one_test(
    ("value", "code"),
    [
        (None, "null"),
        ("", "invalid_input"),
        ("Blog", "invalid_input"),
        ([1], "invalid_input"),
        (1.5, "invalid_input"),
        (True, "invalid_input"),
    ],
    ids=repr,
)
def test_copy_to_project__target_is_no_id__refused(client, experiment, value, code):
    before = everything()

    response = client.post(step(experiment, "copy_to_project"), {"target_team_id": value})

    assert_invalid(response, "target_team_id", code)
    assert everything() == before


def test_copy_to_project__no_target__refused(client, experiment):
    response = client.post(step(experiment, "copy_to_project"), {"name": "There"})

    assert_invalid(response, "target_team_id", "required")


@in_one_test("reference", [-1, 0, 987654, 2**63 - 1, 2**63, 10**40])
def test_copy_to_project__unknown_project__not_found(client, experiment, reference):
    before = everything()

    response = client.post(step(experiment, "copy_to_project"), {"target_team_id": reference})

    assert_error(response, 404, "not_found")
    assert everything() == before


def test_copy_to_project__of_another_organization__not_found(client, experiment, foreign_project):
    body = {"target_team_id": foreign_project.pk}

    response = client.post(step(experiment, "copy_to_project"), body)

    assert_error(response, 404, "not_found")
    assert Experiment.objects.count() == 1


def test_copy_to_project__of_another_organization_of_mine__not_found(
    client, ada, experiment, foreign_project
):
    ada.memberships.create(organization=foreign_project.organization)
    body = {"target_team_id": foreign_project.pk}

    response = client.post(step(experiment, "copy_to_project"), body)

    assert_error(response, 404, "not_found")


def test_copy_to_project__key_of_other_projects__refused(grace, project, target, experiment):
    client = DocumentedClient(make_key(grace, projects=(project.pk,)))
    before = everything()

    response = client.post(step(experiment, "copy_to_project"), {"target_team_id": target.pk})

    assert_error(response, 403, "permission_denied")
    assert everything() == before


def test_copy_to_project__key_of_both_projects__copied(grace, project, target, experiment):
    client = DocumentedClient(make_key(grace, projects=(project.pk, target.pk)))

    response = client.post(step(experiment, "copy_to_project"), {"target_team_id": target.pk})

    assert response.status_code == 201


@in_one_test(
    ("body", "attr", "code"),
    [
        ({"name": "x" * 401}, "name", "max_length"),
        ({"name": None}, "name", "null"),
        ({"feature_flag_key": "a b"}, "key", "invalid_key"),
        ({"feature_flag_key": None}, "feature_flag_key", "null"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_copy_to_project__bad_body__refused(client, target, experiment, body, attr, code):
    before = everything()

    response = client.post(
        step(experiment, "copy_to_project"), {"target_team_id": target.pk} | body
    )

    assert_invalid(response, attr, code)
    assert everything() == before


def test_copy_to_project__legacy_metrics__refused_barely(client, target, experiment):
    legacy = {"kind": "ExperimentTrendsQuery", "count_query": {"kind": "TrendsQuery"}}
    Experiment.objects.update(metrics=[legacy | {"uuid": "a"}])
    before = everything()

    response = client.post(step(experiment, "copy_to_project"), {"target_team_id": target.pk})

    assert response.status_code == 400
    assert list(response.json()) == ["detail"]
    assert everything() == before
