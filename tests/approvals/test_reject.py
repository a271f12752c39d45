from approvals.models import Approval, ChangeRequest
from tests.approvals.changes import LAUNCH, stored
from tests.approvals.paths import member, request_at
from tests.assertions import assert_error
from tests.looping import in_one_test


def test_reject__reason_given__ended_with_the_vote(voter, launch_request, grace):
    before = stored()

    response = voter.post(request_at(launch_request, "reject"), {"reason": "too risky"})

    body = response.json()
    assert (response.status_code, list(body)) == (200, ["status", "message", "change_request"])
    assert (body["status"], body["change_request"]["state"]) == ("rejected", "rejected")
    assert body["change_request"]["user_decision"] == "rejected"
    assert body["change_request"]["applied_by"] is None
    vote = Approval.objects.get()
    assert (vote.created_by, vote.decision, vote.reason) == (grace, "rejected", "too risky")
    assert stored() == before


def test_reject__others_have_agreed__one_is_enough(voter, other_voter, two_must_agree):
    voter.post(request_at(two_must_agree, "approve"), {})

    other_voter.post(request_at(two_must_agree, "reject"), {"reason": "No."})

    two_must_agree.refresh_from_db()
    assert two_must_agree.state == "rejected"
    assert two_must_agree.approvals.count() == 2


@in_one_test("body", [{}, {"reason": ""}, {"reason": "  "}])
def test_reject__no_reason__refused(voter, launch_request, body):
    response = voter.post(request_at(launch_request, "reject"), body)

    assert (response.status_code, list(response.json())) == (400, ["error", "detail"])
    assert "reason" in response.json()["error"]
    assert ChangeRequest.objects.get().state == "pending"
    assert not Approval.objects.exists()


def test_reject__by_requester__forbidden(client, launch_request):
    response = client.post(request_at(launch_request, "reject"), {"reason": "Oops"})

    assert_error(response, 403, "permission_denied")


def test_reject__not_among_approvers__forbidden(other_voter, launch_request):
    response = other_voter.post(request_at(launch_request, "reject"), {"reason": "No."})

    assert_error(response, 403, "permission_denied")
    assert ChangeRequest.objects.get().state == "pending"


def test_reject__rejected__next_attempt_recorded_anew(client, voter, launch_request, experiment):
    voter.post(request_at(launch_request, "reject"), {"reason": "No."})

    body = client.patch(member(experiment), LAUNCH).json()

    assert body["code"] == "approval_required"
    assert body["change_request_id"] != str(launch_request.pk)
