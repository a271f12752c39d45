import uuid

import pytest

from approvals.models import ChangeRequest
from tests import factories
from tests.approvals.changes import LAUNCH, excluding, recorded, split, stored
from tests.approvals.paths import collection, member, request_at

BODY = [
    *("code", "status", "detail", "message", "resource_type", "resource_id"),
    *("change_request_id", "change_request", "required_approvers"),
]
REQUEST = [
    *("id", "action_key", "action_version", "resource_type", "resource_id", "intent"),
    *("intent_display", "policy_snapshot", "validation_status", "validation_errors"),
    *("validated_at", "state", "created_by", "applied_by", "created_at", "updated_at"),
    *("expires_at", "applied_at", "apply_error", "result_data", "approvals"),
    *("can_approve", "can_cancel", "is_requester", "user_decision"),
]


def _paths(control):
    values = {
        "groups[0].rollout_percentage": 100,
        "multivariate.variants[0].rollout_percentage": control,
        "multivariate.variants[1].rollout_percentage": 100 - control,
    }
    return {"rollout_percentage": [{"path": path, "value": values[path]} for path in values]}


def test_required__split__body_key_for_key(client, make_policy, experiment, ada, grace):
    make_policy("feature_flag.update", quorum=2)

    response = client.patch(member(experiment), split(10))

    body, flag = response.json(), experiment.feature_flag
    assert (response.status_code, list(body)) == (409, BODY)
    assert (body["code"], body["status"]) == ("approval_required", "approval_required")
    assert body["detail"] == body["message"] != ""
    assert (body["resource_type"], body["resource_id"]) == ("feature_flag", str(flag.pk))
    assert body["required_approvers"] == {"quorum": 2, "users": [grace.pk], "roles": []}
    request = body["change_request"]
    assert list(request) == REQUEST
    assert body["change_request_id"] == request["id"] == str(uuid.UUID(request["id"]))
    assert request["created_by"]["id"] == ada.pk
    assert (request["state"], request["validation_status"]) == ("pending", "valid")
    assert (request["approvals"], request["apply_error"]) == ([], "")
    empty = ("validation_errors", "validated_at", "applied_by", "applied_at", "result_data")
    assert [request[name] for name in empty] == [None] * 5


def test_required__split__intent_key_for_key(client, make_policy, experiment):
    make_policy("feature_flag.update")
    flag = experiment.feature_flag

    request = client.patch(member(experiment), split(10)).json()["change_request"]

    triggered = [f"multivariate.variants[{index}].rollout_percentage" for index in (0, 1)]
    assert request["intent"] == {
        "flag_id": flag.pk,
        "flag_key": flag.key,
        "current_state": _paths(50),
        "gated_changes": _paths(10),
        "triggered_paths": triggered,
        "full_request_data": split(10),
        "preconditions": {"version": 1, "updated_at": flag.updated_at.isoformat()},
        "http_method": "PATCH",
    }
    display = request["intent_display"]
    assert display.keys() == {"description", "before", "after", "triggered_paths"}
    assert (display["before"], display["after"]) == (_paths(50), _paths(10))
    assert display["triggered_paths"] == triggered
    assert flag.key in display["description"]
    assert "50% to 10%" in display["description"]


def test_required__created_started__intent_of_a_flag_to_be(client, project, make_policy):
    make_policy()
    body = {"name": "Checkout", "feature_flag_key": "checkout"} | LAUNCH

    answer = client.post(collection(project, "experiments"), body).json()

    assert answer["resource_id"] is None
    assert answer["change_request"]["intent"] == {
        "flag_id": None,
        "flag_key": "checkout",
        "current_state": {"active": False},
        "gated_changes": {"active": True},
        "full_request_data": body,
        "preconditions": {"version": None, "updated_at": None},
        "http_method": "POST",
    }


def test_required__policy__snapshot_key_for_key(client, make_policy, make_role, experiment, grace):
    role, bypass = make_role(), make_role(name="Bypass")
    conditions = {"type": "any_change", "field": "rollout_percentage"}
    make_policy(
        "feature_flag.update",
        quorum=2,
        roles=[role],
        conditions=conditions,
        bypass_org_membership_levels=[15],
        bypass_roles=[bypass],
    )

    request = client.patch(member(experiment), split(10)).json()["change_request"]

    assert request["policy_snapshot"] == {
        "quorum": 2,
        "users": [grace.pk],
        "roles": [str(role.pk)],
        "allow_self_approve": False,
        "conditions": conditions,
        "bypass_org_membership_levels": [15],
        "bypass_roles": [str(bypass.pk)],
    }


def test_required__by_an_approver__nobody_in_particular_is_shown(voter, make_policy, experiment):
    make_policy(allow_self_approve=True)

    request = voter.patch(member(experiment), LAUNCH).json()["change_request"]

    assert [request[name] for name in ("can_approve", "can_cancel", "is_requester")] == [False] * 3
    assert request["user_decision"] is None
    shown = voter.get(request_at(ChangeRequest.objects.get())).json()
    assert [shown[name] for name in ("can_approve", "can_cancel", "is_requester")] == [True] * 3


@pytest.mark.parametrize(("allowed", "says_others"), [(False, True), (True, False)])
def test_required__by_an_approver__message_says_whether_others_must_agree(
    voter, make_policy, experiment, allowed, says_others
):
    make_policy(allow_self_approve=allowed)

    message = voter.patch(member(experiment), LAUNCH).json()["message"]

    assert ("Others" in message) is says_others


def test_pending__same_again__points_to_the_open_one(client, voter, experiment, launch_request):
    before = recorded()

    response = voter.patch(member(experiment), LAUNCH | {"name": "Another payload"})

    body = response.json()
    assert (response.status_code, list(body)) == (409, BODY)
    assert (body["code"], body["status"]) == ("change_request_pending", "approval_required")
    assert body["change_request_id"] == body["change_request"]["id"] == str(launch_request.pk)
    assert (body["required_approvers"], body["detail"]) == ({}, body["message"])
    assert recorded() == before


def test_pending__other_flag__request_of_its_own(client, project, ada, launch_request):
    other = factories.make_experiment(project, ada)

    assert client.patch(member(other), LAUNCH).json()["code"] == "approval_required"


@pytest.mark.parametrize("state", ["applied", "rejected", "expired", "failed"])
def test_pending__closed_meanwhile__new_one_recorded(client, experiment, launch_request, state):
    ChangeRequest.objects.update(state=state)

    body = client.patch(member(experiment), LAUNCH).json()

    assert body["code"] == "approval_required"
    assert body["change_request_id"] != str(launch_request.pk)


def test_pending__overdue__ended_and_new_one_recorded(client, experiment, launch_request):
    ChangeRequest.objects.update(expires_at=launch_request.created_at)

    body = client.patch(member(experiment), LAUNCH).json()

    assert body["code"] == "approval_required"
    launch_request.refresh_from_db()
    assert launch_request.state == "expired"


def test_deletion__new_and_again__bodies_of_their_own(
    client, make_policy, held_experiment, holdout
):
    make_policy("experiment_holdout.delete")
    about = ["resource_type", "resource_id", "change_request_id"]

    first, second = (client.delete(member(holdout)) for _ in range(2))

    assert (first.status_code, second.status_code) == (409, 409)
    assert list(first.json()) == [
        *("code", "status", "detail", "message", *about, "change_request", "required_approvers")
    ]
    assert list(second.json()) == ["code", "error", "detail", *about, "existing_change_request"]
    assert first.json()["code"] == first.json()["status"] == "approval_required"
    assert second.json()["code"] == "change_request_pending"
    assert first.json()["resource_id"] == str(holdout.pk)
    assert second.json()["existing_change_request"]["id"] == first.json()["change_request_id"]


@pytest.mark.parametrize("levels", [[], [1]], ids=["plain", "who_may_bypass"])
def test_conflict__two_policies_match__refused_and_nothing_recorded(
    client, make_policy, experiment, project, levels
):
    update = make_policy("feature_flag.update", bypass_org_membership_levels=levels)
    enable = make_policy("feature_flag.enable", bypass_org_membership_levels=levels)
    before = stored()

    response = client.patch(member(experiment), LAUNCH | split(10))

    body = response.json()
    assert response.status_code == 400
    assert list(body) == ["code", "error", "detail", "conflicting_policies", "guidance"]
    assert body["code"] == "policy_conflict"
    named = {
        (policy["id"], policy["name"], policy["action_key"])
        for policy in body["conflicting_policies"]
    }
    assert named == {
        (str(each.pk), f"ApprovalPolicy({each.action_key}, Team {project.pk})", each.action_key)
        for each in (update, enable)
    }
    assert (stored(), recorded()) == (before, [])


def test_conflict__one_does_not_match__other_asks(client, make_policy, experiment):
    never = {"type": "before_after", "field": "rollout_percentage", "operator": ">", "value": 100}
    make_policy("feature_flag.update", conditions=never)
    make_policy("feature_flag.enable")

    body = client.patch(member(experiment), LAUNCH | split(10)).json()

    assert body["change_request"]["action_key"] == "feature_flag.enable"


def test_conflict__policies_of_organization__named_by_it(
    organization, make_wide_policy, client, experiment
):
    make_wide_policy("feature_flag.update")
    make_wide_policy("feature_flag.enable")

    body = client.patch(member(experiment), LAUNCH | split(10)).json()

    names = {policy["name"] for policy in body["conflicting_policies"]}
    assert f"ApprovalPolicy(feature_flag.enable, Org {organization.pk})" in names


def test_required__holdout__description_counts_experiments(
    client, make_policy, holdout, held_experiment
):
    make_policy("experiment_holdout.update")

    body = client.patch(member(holdout), excluding(30)).json()

    assert body["change_request"]["intent_display"]["before"] == {"exclusion_percentage": 10}
    assert "which affects 1 experiment" in body["change_request"]["intent_display"]["description"]
