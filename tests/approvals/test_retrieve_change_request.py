import pytest

from approvals.models import ChangeRequest
from tests.approvals.paths import request_at, requests
from tests.approvals.test_gate_body import REQUEST
from tests.assertions import assert_error
from tests.looping import in_one_test


def test_retrieve_request__of_a_409__as_listed(client, project, launch_request):
    response = client.get(request_at(launch_request))

    body = response.json()
    assert (response.status_code, list(body)) == (200, REQUEST)
    assert client.get(requests(project)).json()["results"] == [body]


@pytest.mark.parametrize(
    ("who", "can_approve", "can_cancel", "is_requester"),
    [
        ("client", False, True, True),
        ("voter", True, False, False),
        ("other_voter", False, False, False),
        ("admin", False, False, False),
    ],
)
def test_retrieve_request__by_each__own_view(
    request, launch_request, who, can_approve, can_cancel, is_requester
):
    body = request.getfixturevalue(who).get(request_at(launch_request)).json()

    assert (body["can_approve"], body["can_cancel"]) == (can_approve, can_cancel)
    assert (body["is_requester"], body["user_decision"]) == (is_requester, None)


def test_retrieve_request__voted__decision_and_can_approve_regardless_of_it(
    make_policy, ask, experiment, voter, client, grace
):
    make_policy(quorum=2)
    request = ask(experiment, {"start_date": "2026-01-01T00:00:00Z"})
    voter.post(request_at(request, "approve"), {"reason": "Fine"})

    body = voter.get(request_at(request)).json()

    assert (body["can_approve"], body["user_decision"]) == (True, "approved")
    vote = body["approvals"][0]
    assert list(vote) == ["id", "created_by", "decision", "reason", "created_at"]
    assert (vote["created_by"]["id"], vote["decision"]) == (grace.pk, "approved")
    assert vote["reason"] == "Fine"
    assert client.get(request_at(request)).json()["can_cancel"] is False


def test_retrieve_request__decided__can_approve_regardless_of_it(voter, launch_request):
    voter.post(request_at(launch_request, "approve"), {})

    assert voter.get(request_at(launch_request)).json()["can_approve"] is True


@in_one_test("reference", ["abc", "1", "0190c0de-0000-7000-8000-000000000007"])
def test_retrieve_request__unknown_id__not_found(client, project, reference):
    assert_error(client.get(f"{requests(project)}{reference}/"), 404, "not_found")


@in_one_test("kind", ["", "approve/", "reject/", "cancel/"])
def test_retrieve_request__through_another_project__not_found(
    outsider, foreign_project, launch_request, kind
):
    path = f"{requests(foreign_project)}{launch_request.pk}/{kind}"

    response = outsider.post(path, {}) if kind else outsider.get(path)

    assert_error(response, 404, "not_found")


def test_change_request__overdue__shown_and_listed_as_expired(client, project, launch_request):
    ChangeRequest.objects.update(expires_at=launch_request.created_at)

    body = client.get(request_at(launch_request)).json()
    listed = {
        state: client.get(f"/api/projects/{project.pk}/change_requests/?state={state}").json()
        for state in ("pending", "approved", "expired", "pending,expired")
    }

    assert (body["state"], body["can_cancel"]) == ("expired", False)
    assert {state: found["count"] for state, found in listed.items()} == {
        "pending": 0,
        "approved": 0,
        "expired": 1,
        "pending,expired": 1,
    }
    assert listed["expired"]["results"] == [body]
