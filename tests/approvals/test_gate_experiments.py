import pytest

from approvals.models import ChangeRequest
from experiments.models import Experiment
from tests import factories
from tests.approvals.changes import LAUNCH, rollout, split, stored
from tests.approvals.paths import collection, member
from tests.assertions import assert_invalid

NEW = {"name": "Checkout", "feature_flag_key": "checkout"}
UPDATE, ENABLE = "feature_flag.update", "feature_flag.enable"


def assert_asked(response, action_key):
    assert response.status_code == 409, response.content
    assert response.json()["code"] == "approval_required"
    request = ChangeRequest.objects.get()
    assert (request.action_key, request.state) == (action_key, "pending")


def test_gate__no_policy__written(client, experiment):
    response = client.patch(member(experiment), LAUNCH | split(10))

    assert response.status_code == 200
    assert not ChangeRequest.objects.exists()


@pytest.mark.parametrize("method", ["patch", "put"])
def test_gate__launch_by_date__enable_asked_and_nothing_written(
    client, make_policy, experiment, method
):
    make_policy(ENABLE)
    before = stored()
    body = NEW | {"feature_flag_key": experiment.feature_flag.key} | LAUNCH

    response = getattr(client, method)(member(experiment), body)

    assert_asked(response, ENABLE)
    assert stored() == before


@pytest.mark.parametrize("slug", ["projects", "environments"])
def test_gate__either_prefix__asked(client, make_policy, experiment, slug):
    make_policy(ENABLE)

    response = client.patch(member(experiment).replace("projects", slug, 1), LAUNCH)

    assert_asked(response, ENABLE)


def test_gate__created_started__enable_asked_and_nothing_made(client, project, make_policy):
    make_policy(ENABLE)

    response = client.post(collection(project, "experiments"), NEW | LAUNCH)

    assert_asked(response, ENABLE)
    assert stored() == []


def test_gate__created_as_draft__enable_not_asked(client, project, make_policy):
    make_policy(ENABLE)

    response = client.post(collection(project, "experiments"), NEW)

    assert (response.status_code, ChangeRequest.objects.count()) == (201, 0)


def test_gate__created_as_draft__update_asked(client, project, make_policy):
    make_policy(UPDATE)

    response = client.post(collection(project, "experiments"), NEW)

    assert_asked(response, UPDATE)
    assert stored() == []


def test_gate__created_on_existing_flag__not_asked(client, project, make_policy):
    flag = factories.make_flag(project)
    make_policy(UPDATE)
    make_policy(ENABLE)

    body = NEW | LAUNCH | {"feature_flag_key": flag.key}
    response = client.post(collection(project, "experiments"), body)

    assert (response.status_code, ChangeRequest.objects.count()) == (201, 0)


@pytest.mark.parametrize("changes", [split(10), rollout(30)], ids=["variants", "rollout"])
@pytest.mark.parametrize("name", [{}, {"name": "New"}], ids=["alone", "with_name"])
def test_gate__shares_of_draft__update_asked_and_nothing_written(
    client, make_policy, experiment, changes, name
):
    make_policy(UPDATE)
    before = stored()

    response = client.patch(member(experiment), changes | name)

    assert_asked(response, UPDATE)
    assert stored() == before


def test_gate__holdout_chosen__update_asked_and_not_chosen(
    client, make_policy, experiment, holdout
):
    make_policy(UPDATE)

    response = client.patch(member(experiment), {"holdout_id": holdout.pk})

    assert_asked(response, UPDATE)
    assert Experiment.objects.get().holdout is None


def test_gate__holdout_left__update_asked_and_not_left(client, make_policy, held_experiment):
    make_policy(UPDATE)

    response = client.patch(member(held_experiment), {"holdout_id": None})

    assert_asked(response, UPDATE)
    assert Experiment.objects.get().holdout is not None


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"name": "New", "description": "Other"}, id="names"),
        pytest.param({"metrics": [factories.MEAN_METRIC]}, id="metrics"),
        pytest.param({"end_date": "2099-01-01T00:00:00Z"}, id="end"),
        pytest.param({"conclusion": "won", "conclusion_comment": "Yes"}, id="conclusion"),
        pytest.param({"deleted": True}, id="delete"),
        pytest.param({"start_date": "2020-01-01T00:00:00Z"}, id="start_of_running"),
        pytest.param({}, id="nothing"),
    ],
)
def test_gate__what_flags_do_not_know__not_asked(client, make_policy, running, changes):
    for key in (ENABLE, UPDATE, "feature_flag.disable"):
        make_policy(key)

    response = client.patch(member(running), changes)

    assert (response.status_code, ChangeRequest.objects.count()) == (200, 0)


def test_gate__restored__not_asked(client, make_policy, ada, running):
    factories.change_experiment(running, ada, deleted=True)
    make_policy(ENABLE)

    response = client.patch(member(running), {"deleted": False})

    assert (response.status_code, ChangeRequest.objects.count()) == (200, 0)


def test_gate__shares_as_they_are__not_asked(client, make_policy, experiment):
    make_policy(UPDATE)

    response = client.patch(member(experiment), split(50) | rollout(100))

    assert (response.status_code, ChangeRequest.objects.count()) == (200, 0)


def test_gate__flag_active_already__launch_not_asked(client, project, make_policy):
    flag = factories.make_flag(project, active=True)
    body = NEW | {"feature_flag_key": flag.key}
    client.post(collection(project, "experiments"), body)
    make_policy(ENABLE)

    response = client.patch(member(Experiment.objects.get()), LAUNCH)

    assert (response.status_code, ChangeRequest.objects.count()) == (200, 0)


@pytest.mark.parametrize(
    ("wrong", "attr"),
    [
        pytest.param({"name": None}, "name", id="shape"),
        pytest.param({"holdout_id": 4711}, "holdout_id", id="unknown_row"),
        pytest.param({"stats_config": {"method": "magic"}}, None, id="rule"),
        pytest.param(split(150), "filters", id="flag"),
    ],
)
def test_gate__invalid_besides_gated__refused_and_nothing_recorded(
    client, make_policy, experiment, wrong, attr
):
    make_policy(ENABLE)
    make_policy(UPDATE)
    before = stored()

    response = client.patch(member(experiment), LAUNCH | wrong)

    code = {"name": "null", "holdout_id": "does_not_exist"}.get(attr, "invalid_input")
    assert_invalid(response, attr, code)
    assert (stored(), ChangeRequest.objects.count()) == (before, 0)


def test_gate__policy_of_another_project__not_asked(client, organization, make_policy, ada):
    other = factories.make_project(organization, "Other")
    experiment = factories.make_experiment(other, ada)
    make_policy(ENABLE)

    assert client.patch(member(experiment), LAUNCH).status_code == 200


def test_gate__policy_disabled__not_asked(client, make_policy, experiment):
    make_policy(ENABLE, enabled=False)

    assert client.patch(member(experiment), LAUNCH).status_code == 200


def test_gate__policy_of_organization__asked(client, make_wide_policy, experiment):
    make_wide_policy(ENABLE)

    assert_asked(client.patch(member(experiment), LAUNCH), ENABLE)


def test_gate__policies_of_project_and_organization_match__project_one_asks(
    client, make_policy, make_wide_policy, experiment
):
    make_wide_policy(ENABLE)
    make_policy(ENABLE, quorum=3)

    assert_asked(client.patch(member(experiment), LAUNCH), ENABLE)

    assert ChangeRequest.objects.get().policy_snapshot["quorum"] == 3


def test_gate__policy_of_project_does_not_match__organization_one_is_not_looked_at(
    client, make_policy, make_wide_policy, experiment
):
    make_wide_policy(UPDATE)
    never = {"type": "before_after", "field": "rollout_percentage", "operator": ">", "value": 100}
    make_policy(UPDATE, conditions=never)

    assert client.patch(member(experiment), split(10)).status_code == 200


def test_gate__policy_of_project_disabled__organization_one_asks(
    client, make_policy, make_wide_policy, experiment
):
    make_wide_policy(ENABLE)
    make_policy(ENABLE, enabled=False)

    assert_asked(client.patch(member(experiment), LAUNCH), ENABLE)
