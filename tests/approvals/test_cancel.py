import pytest

from approvals.models import Approval, ChangeRequest
from tests.approvals.changes import LAUNCH
from tests.approvals.paths import request_at
from tests.assertions import assert_error


@pytest.fixture
def agreed_to_once(make_policy, ask, experiment, voter):
    make_policy(quorum=2)
    request = ask(experiment, LAUNCH)
    voter.post(request_at(request, "approve"), {})
    return request


@pytest.mark.parametrize(
    ("sent", "reason"),
    [({}, "Canceled by the requester."), ({"reason": "Not now"}, "Not now")],
)
def test_cancel__by_requester__rejected_by_own_vote(client, launch_request, ada, sent, reason):
    response = client.post(request_at(launch_request, "cancel"), sent)

    body = response.json()
    assert (response.status_code, body["status"]) == (200, "canceled")
    request = body["change_request"]
    assert (request["state"], request["user_decision"]) == ("rejected", "rejected")
    assert (request["can_approve"], request["can_cancel"]) == (False, False)
    vote = Approval.objects.get()
    assert (vote.created_by, vote.decision, vote.reason) == (ada, "rejected", reason)


@pytest.mark.parametrize("who", ["voter", "admin"])
def test_cancel__by_someone_else__forbidden(request, launch_request, who):
    response = request.getfixturevalue(who).post(request_at(launch_request, "cancel"), {})

    assert_error(response, 403, "permission_denied")
    assert ChangeRequest.objects.get().state == "pending"


def test_cancel__someone_agreed__forbidden(client, agreed_to_once):
    response = client.post(request_at(agreed_to_once, "cancel"), {})

    assert_error(response, 403, "permission_denied")
    assert ChangeRequest.objects.get().state == "pending"


def test_cancel__someone_agreed_but_stale__canceled(client, agreed_to_once):
    ChangeRequest.objects.update(validation_status="stale")
    assert client.get(request_at(agreed_to_once)).json()["can_cancel"] is True

    response = client.post(request_at(agreed_to_once, "cancel"), {})

    assert response.json()["status"] == "canceled"
    assert agreed_to_once.approvals.count() == 2


def test_cancel__stale_and_requester_voted__vote_replaced(
    client, make_policy, ask, experiment, ada
):
    make_policy(users=[ada], quorum=2, allow_self_approve=True)
    request = ask(experiment, LAUNCH)
    client.post(request_at(request, "approve"), {})
    ChangeRequest.objects.update(validation_status="stale")

    response = client.post(request_at(request, "cancel"), {})

    assert response.json()["status"] == "canceled"
    assert Approval.objects.get().decision == "rejected"


def test_cancel__overdue__refused(client, launch_request):
    ChangeRequest.objects.update(expires_at=launch_request.created_at)

    assert_error(client.post(request_at(launch_request, "cancel"), {}), 403, "permission_denied")
