from datetime import timedelta

import pytest

from approvals.models import ChangeRequest
from scheduled_changes.models import ScheduledChange
from tests.approvals.paths import request_at
from tests.assertions import assert_invalid
from tests.scheduled_changes.conftest import DUE
from tests.scheduled_changes.paths import changes_of, path_of

OFF = {"operation": "update_status", "value": False}
GROUP = {"properties": [], "rollout_percentage": 20}
CONDITION = {"operation": "add_release_condition", "value": {"groups": [GROUP]}}


@pytest.fixture
def gated(make_policy, schedule):
    def make(**values) -> tuple[ScheduledChange, ChangeRequest]:
        make_policy("feature_flag.enable")
        change = schedule(**values)
        return change, ChangeRequest.objects.get(pk=change.change_request_id)

    return make


def state_of(request: ChangeRequest) -> str:
    request.refresh_from_db()
    return request.state


def test_gate__scheduled_change__asked_at_once(gated, flag):
    _, request = gated()

    assert (request.state, request.action_key) == ("pending", "feature_flag.enable")
    assert request.resource_id == str(flag.pk)
    assert "2031-01-31" in request.intent_display["description"]
    assert request.expires_at > DUE
    flag.refresh_from_db()
    assert (flag.active, flag.version) == (False, 1)


def test_gate__agreed_to__made_when_its_time_comes(gated, voter, run, flag):
    change, request = gated()

    body = voter.post(request_at(request, "approve"), {}).json()

    assert body["status"] == "approved"
    flag.refresh_from_db()
    assert (state_of(request), flag.active) == ("approved", False)
    change = run(change)
    flag.refresh_from_db()
    assert (change.executed_at, change.failure_reason, flag.active) == (DUE, None, True)
    assert (state_of(request), request.result_data["resource_id"]) == ("applied", flag.pk)


def test_gate__undecided_when_due__waits(gated, voter, run, flag):
    change, request = gated()

    assert run(change).executed_at is None

    voter.post(request_at(request, "approve"), {})
    assert run(change, after=timedelta(minutes=5)).executed_at is not None
    flag.refresh_from_db()
    assert flag.active is True


def test_gate__rejected__given_up_when_due(gated, voter, run, flag):
    change, request = gated()
    voter.post(request_at(request, "reject"), {"reason": "No"})

    change = run(change)

    assert (change.executed_at, "rejected" in change.failure_reason) == (DUE, True)
    flag.refresh_from_db()
    assert flag.active is False


def test_gate__never_decided__given_up_once_expired(gated, run, flag):
    change, _ = gated()

    change = run(change, after=timedelta(days=30))

    assert "expired" in change.failure_reason
    assert change.executed_at is not None


def test_gate__name_changed_meanwhile__made(gated, voter, run, client, flag):
    change, request = gated()
    voter.post(request_at(request, "approve"), {})
    client.patch(f"/api/projects/{flag.project_id}/feature_flags/{flag.pk}/", {"name": "Menu"})

    assert run(change).failure_reason is None


def test_gate__rollout_changed_meanwhile__given_up(make_policy, schedule, voter, run, client, flag):
    policy = make_policy("feature_flag.update")
    change = schedule(payload=CONDITION)
    request = ChangeRequest.objects.get()
    voter.post(request_at(request, "approve"), {})
    policy.delete()
    path = f"/api/projects/{flag.project_id}/feature_flags/{flag.pk}/"
    group = flag.filters["groups"][0] | {"rollout_percentage": 70}
    assert client.patch(path, {"filters": flag.filters | {"groups": [group]}}).status_code == 200

    change = run(change)

    assert "when others agreed" in change.failure_reason
    assert state_of(request) == "failed"


@pytest.mark.parametrize("decision", [None, "approve"])
@pytest.mark.parametrize(
    "values",
    [
        {"scheduled_at": "2031-02-01T00:00:00Z"},
        {"is_recurring": True, "recurrence_interval": "daily"},
        {"end_date": "2032-01-01T00:00:00Z"},
    ],
    ids=str,
)
def test_gate__time_changed_while_others_decide__refused(gated, voter, client, decision, values):
    change, request = gated()
    if decision:
        voter.post(request_at(request, decision), {})

    assert_invalid(client.patch(path_of(change), values), next(iter(values)))


def test_gate__other_payload__asked_anew(gated, client):
    change, request = gated()
    payload = {"operation": "update_status", "value": False}

    assert client.patch(path_of(change), {"payload": payload}).status_code == 200

    assert state_of(request) == "expired"
    change.refresh_from_db()
    assert change.change_request is None
    client.patch(path_of(change), {"payload": payload | {"value": True}})
    change.refresh_from_db()
    assert change.change_request.state == "pending"


def test_gate__change_deleted__request_expired(gated, client):
    change, request = gated()

    assert client.delete(path_of(change)).status_code == 204
    assert state_of(request) == "expired"


def test_gate__policy_made_later__asked_when_due(schedule, make_policy, voter, run, flag):
    change = schedule()
    make_policy("feature_flag.enable")

    assert run(change).executed_at is None

    voter.post(request_at(ChangeRequest.objects.get(), "approve"), {})
    assert run(change).executed_at is not None
    flag.refresh_from_db()
    assert flag.active is True


def test_gate__recurring__agreed_to_once(gated, voter, run, client, flag):
    change, request = gated(is_recurring=True, recurrence_interval="daily")
    voter.post(request_at(request, "approve"), {})
    change = run(change)
    client.patch(f"/api/projects/{flag.project_id}/feature_flags/{flag.pk}/", {"active": False})

    change = run(change)

    flag.refresh_from_db()
    assert (flag.active, change.failure_reason) == (True, None)


@pytest.mark.parametrize(
    "values",
    [
        {"scheduled_at": "2031-02-05T00:00:00Z"},
        {"recurrence_interval": "weekly"},
        {"end_date": "2032-01-01T00:00:00Z"},
    ],
    ids=str,
)
def test_gate__recurring_change_gets_other_times__asked_anew(
    gated, voter, run, client, flag, values
):
    change, request = gated(is_recurring=True, recurrence_interval="daily")
    voter.post(request_at(request, "approve"), {})
    change = run(change)
    client.patch(f"/api/projects/{flag.project_id}/feature_flags/{flag.pk}/", {"active": False})

    assert client.patch(path_of(change), values).status_code == 200

    change.refresh_from_db()
    assert change.change_request.state == "pending"
    assert (change.change_request != request, state_of(request)) == (True, "applied")
    run(change)
    flag.refresh_from_db()
    assert flag.active is False


def test_gate__recurring_change_is_paused_and_goes_on__not_asked_again(gated, voter, run, client):
    change, request = gated(is_recurring=True, recurrence_interval="daily")
    voter.post(request_at(request, "approve"), {})
    change = run(change)

    for is_recurring in (False, True):
        client.patch(path_of(change), {"is_recurring": is_recurring})

    assert run(change).change_request == request
    assert ChangeRequest.objects.count() == 1


def test_gate__same_change_at_once__a_request_of_its_own(gated, client, flag):
    gated()

    response = client.patch(
        f"/api/projects/{flag.project_id}/feature_flags/{flag.pk}/", {"active": True}
    )

    assert (response.status_code, response.json()["code"]) == (409, "approval_required")
    assert ChangeRequest.objects.count() == 2


def test_gate__variants__asked_as_a_rollout(make_policy, client, project, body, flag):
    # Variants that nobody had are a change of the rollout; the flag stays off.
    make_policy("feature_flag.update")
    variants = [{"key": "control", "rollout_percentage": 100}]
    payload = {"operation": "update_variants", "value": {"variants": variants}}

    assert client.post(changes_of(project), body | {"payload": payload}).status_code == 201
    assert ChangeRequest.objects.get().action_key == "feature_flag.update"
