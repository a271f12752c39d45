import pytest

from approvals.models import ChangeRequest
from holdouts.models import Holdout
from tests import factories
from tests.approvals.changes import excluding, stored
from tests.approvals.paths import collection, member

UPDATE, DELETE = "experiment_holdout.update", "experiment_holdout.delete"
STAND_INS = ["experiment.update", "feature_flag.update"]

pytestmark = pytest.mark.usefixtures("held_experiment")


def assert_asked(response, action_key):
    assert response.status_code == 409, response.content
    request = ChangeRequest.objects.get()
    assert (request.action_key, request.state) == (action_key, "pending")


@pytest.mark.parametrize("key", [UPDATE, *STAND_INS])
def test_gate__percentage__asked_once_and_nothing_written(
    client, project, ada, make_policy, holdout, key
):
    factories.make_experiment(project, ada, holdout=holdout)
    make_policy(key)
    before = stored()

    response = client.patch(member(holdout), excluding(30) | {"name": "Q4"})

    assert_asked(response, UPDATE)
    assert len(ChangeRequest.objects.get().intent["affected_experiments"]) == 2
    assert stored() == before


def test_gate__percentage_by_put__asked(client, make_policy, holdout):
    make_policy(UPDATE)

    response = client.put(member(holdout), excluding(30) | {"name": "Q4"})

    assert_asked(response, UPDATE)


@pytest.mark.parametrize("key", [DELETE, *STAND_INS])
def test_gate__deletion__asked_and_nothing_deleted(client, make_policy, holdout, key):
    make_policy(key)
    before = stored()

    response = client.delete(member(holdout))

    assert_asked(response, DELETE)
    assert stored() == before


@pytest.mark.parametrize("body", [b"{", b"nonsense", b'{"name": "Q4"}'])
def test_gate__deletion_with_a_body__body_not_read(client, make_policy, holdout, body):
    make_policy(DELETE)

    response = client.generic("DELETE", member(holdout), body, "application/json")

    assert_asked(response, DELETE)
    assert ChangeRequest.objects.get().intent["full_request_data"] == {}


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"name": "Q4", "description": "Other"}, id="names"),
        pytest.param(excluding(10), id="same_percentage"),
        pytest.param({}, id="nothing"),
    ],
)
def test_gate__percentage_stays__not_asked(client, make_policy, holdout, changes):
    for key in (UPDATE, DELETE, *STAND_INS):
        make_policy(key)

    response = client.patch(member(holdout), changes)

    assert (response.status_code, ChangeRequest.objects.count()) == (200, 0)


def test_gate__policy_for_other_action__not_asked(client, make_policy, holdout):
    make_policy(DELETE)

    assert client.patch(member(holdout), excluding(30)).status_code == 200


def test_gate__no_experiment_affected__own_policies_asked(client, project, ada, make_policy):
    make_policy(DELETE)
    free = factories.make_holdout(project, ada)

    assert client.patch(member(free), excluding(30)).status_code == 200
    make_policy(UPDATE)

    assert_asked(client.patch(member(free), excluding(20)), UPDATE)
    assert client.delete(member(free)).status_code == 409


@pytest.mark.parametrize("key", STAND_INS)
def test_gate__no_experiment_affected__stand_ins_not_asked(client, project, ada, make_policy, key):
    make_policy(key)
    free = factories.make_holdout(project, ada)

    assert client.patch(member(free), excluding(30)).status_code == 200
    assert client.delete(member(free)).status_code == 204


def test_gate__created__not_asked(client, project, make_policy):
    for key in (UPDATE, DELETE, *STAND_INS):
        make_policy(key)

    response = client.post(collection(project, "experiment_holdouts"), {"name": "Q4"})

    assert (response.status_code, ChangeRequest.objects.count()) == (201, 0)


def test_gate__conditions_of_own_policy__decide(client, make_policy, holdout):
    rule = {"type": "before_after", "field": "exclusion_percentage", "operator": ">", "value": 20}
    make_policy(UPDATE, conditions=rule)

    assert client.patch(member(holdout), excluding(20)).status_code == 200
    assert client.patch(member(holdout), excluding(21)).status_code == 409
    assert Holdout.objects.get().filters[0]["rollout_percentage"] == 20


def test_gate__conditions_of_stand_in__do_not_count(client, make_policy, holdout):
    never = {"type": "before_after", "field": "rollout_percentage", "operator": ">", "value": 100}
    make_policy("feature_flag.update", conditions=never)

    assert_asked(client.patch(member(holdout), excluding(11)), UPDATE)


def test_gate__own_policy_does_not_match__stand_in_is_not_looked_at(client, make_policy, holdout):
    never = {
        "type": "before_after",
        "field": "exclusion_percentage",
        "operator": ">",
        "value": 100,
    }
    make_policy(UPDATE, conditions=never)
    make_policy("feature_flag.update")

    assert client.patch(member(holdout), excluding(30)).status_code == 200


def test_gate__percentage__intent_key_for_key(client, make_policy, holdout, held_experiment):
    make_policy(UPDATE)

    client.patch(member(holdout), excluding(30) | {"name": "Q4"})

    groups = excluding(30)["filters"]
    affected = [
        {
            "id": held_experiment.pk,
            "name": held_experiment.name,
            "flag_key": held_experiment.feature_flag.key,
        }
    ]
    assert ChangeRequest.objects.get().intent == {
        "holdout_id": holdout.pk,
        "holdout_name": "Holdout",
        "current_state": {"exclusion_percentage": 10},
        "gated_changes": {"exclusion_percentage": 30},
        "desired_filters": [groups[0] | {"variant": f"holdout-{holdout.pk}"}],
        "desired_changes": {"name": "Q4", "filters": groups},
        "affected_experiments": affected,
        "full_request_data": excluding(30) | {"name": "Q4"},
        "http_method": "PATCH",
    }


def test_gate__deletion__intent_says_deleted(client, make_policy, holdout):
    make_policy(DELETE)

    client.delete(member(holdout))

    request = ChangeRequest.objects.get()
    assert request.intent["gated_changes"] == request.intent_display["after"] == {"deleted": True}
    assert request.intent["current_state"] == {"exclusion_percentage": 10}
    assert "desired_filters" not in request.intent
    assert (request.resource_type, request.resource_id) == ("experiment_holdout", str(holdout.pk))


def test_gate__update_and_deletion__open_together(client, make_policy, holdout):
    make_policy(UPDATE)
    make_policy(DELETE)

    client.patch(member(holdout), excluding(30))
    response = client.delete(member(holdout))

    assert response.json()["code"] == "approval_required"
    assert ChangeRequest.objects.filter(state="pending").count() == 2
