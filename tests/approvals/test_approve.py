import pytest
from django.utils import timezone

from approvals.models import Approval, ApprovalPolicy, ChangeRequest
from approvals.services import Vote, VoteRefused, approve
from tests.approvals.changes import LAUNCH, recorded, stored
from tests.approvals.paths import member, request_at, requests
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.looping import in_one_test


def _refusal(response):
    assert response.status_code == 400, response.content
    assert list(response.json()) == ["error", "detail"]
    return response.json()["error"]


def test_approve__quorum_of_two__counted_then_applied(
    voter, other_voter, two_must_agree, grace, linus, ada
):
    first = voter.post(request_at(two_must_agree, "approve"), {"reason": "looks right"}).json()

    assert list(first) == ["status", "message", "change_request"]
    assert (first["status"], first["change_request"]["state"]) == ("approved", "pending")
    assert "1 of 2" in first["message"]
    assert first["change_request"]["user_decision"] == "approved"

    second = other_voter.post(request_at(two_must_agree, "approve").rstrip("/")).json()

    assert list(second) == ["status", "message", "change_request", "result"]
    assert (second["status"], second["change_request"]["state"]) == ("applied", "applied")
    flag_id = two_must_agree.intent["flag_id"]
    assert second["result"] == {"resource_id": flag_id, "resource_version": 2}
    assert second["change_request"]["result_data"] == second["result"]
    assert second["change_request"]["applied_by"]["id"] == ada.pk
    assert second["change_request"]["applied_at"] is not None
    votes = second["change_request"]["approvals"]
    assert [(vote["created_by"]["id"], vote["reason"]) for vote in votes] == [
        (grace.pk, "looks right"),
        (linus.pk, ""),
    ]


def test_approve__below_quorum__nothing_changed(voter, two_must_agree):
    before = stored()

    voter.post(request_at(two_must_agree, "approve"), {})

    assert stored() == before


def test_approve__by_role__counts(make_policy, make_role, ask, experiment, other_voter, linus):
    make_policy(users=[], roles=[make_role(linus)])
    request = ask(experiment, LAUNCH)

    body = other_voter.post(request_at(request, "approve"), {}).json()

    assert body["status"] == "applied"


def test_approve__left_the_role__forbidden(
    make_policy, make_role, ask, experiment, other_voter, linus
):
    role = make_role(linus)
    make_policy(users=[], roles=[role])
    request = ask(experiment, LAUNCH)
    role.memberships.all().delete()

    response = other_voter.post(request_at(request, "approve"), {})

    assert_error(response, 403, "permission_denied")


@pytest.mark.parametrize("who", ["other_voter", "admin"])
def test_approve__not_among_approvers__forbidden(request, launch_request, who):
    response = request.getfixturevalue(who).post(request_at(launch_request, "approve"), {})

    assert_error(response, 403, "permission_denied")
    assert not Approval.objects.exists()


@pytest.mark.parametrize(
    ("allowed", "name", "status"),
    [(False, "ada", 403), (False, "grace", 403), (True, "grace", 403), (True, "ada", 200)],
)
def test_approve__by_requester__only_if_allowed_and_named(
    request, client, make_policy, allowed, name, status
):
    make_policy(users=[request.getfixturevalue(name)], allow_self_approve=allowed)
    request = request.getfixturevalue("ask")(request.getfixturevalue("experiment"), LAUNCH)

    response = client.post(request_at(request, "approve"), {})

    assert response.status_code == status
    assert client.get(request_at(request)).json()["can_approve"] is (status == 200)


def test_approve__named_only_after_the_request__forbidden(other_voter, launch_request, linus):
    ApprovalPolicy.objects.update(approver_config={"quorum": 1, "users": [linus.pk]})

    response = other_voter.post(request_at(launch_request, "approve"), {})

    assert_error(response, 403, "permission_denied")


@pytest.mark.parametrize("state", ["approved", "applied", "rejected", "expired", "failed"])
@pytest.mark.parametrize("kind", ["approve", "reject", "cancel"])
def test_approve__not_pending__forbidden(voter, client, launch_request, state, kind):
    ChangeRequest.objects.update(state=state)
    before = recorded()

    who = client if kind == "cancel" else voter
    response = who.post(request_at(launch_request, kind), {"reason": "Because."})

    assert_error(response, 403, "permission_denied")
    assert recorded() == before


@in_one_test("kind", ["approve", "reject"])
@pytest.mark.usefixtures("other_voter")
def test_approve__second_vote__refused(voter, two_must_agree, kind):
    voter.post(request_at(two_must_agree, "approve"), {})

    response = voter.post(request_at(two_must_agree, kind), {"reason": "Changed my mind."})

    assert "already voted" in _refusal(response)
    assert Approval.objects.get().decision == "approved"


@pytest.mark.parametrize("kind", ["approve", "reject"])
def test_approve__overdue__refused(voter, launch_request, kind):
    ChangeRequest.objects.update(expires_at=launch_request.created_at)

    response = voter.post(request_at(launch_request, kind), {"reason": "Late."})

    assert "expired" in _refusal(response)
    assert not Approval.objects.exists()


def test_approve__decided_between_look_and_lock__refused(launch_request, project, grace):
    ChangeRequest.objects.update(state="rejected")

    with pytest.raises(VoteRefused):
        approve(
            vote=Vote(
                project=project, request_id=launch_request.pk, voter=grace, now=timezone.now()
            )
        )


@in_one_test(
    ("reason", "code"),
    [
        ("x" * 10_001, "max_length"),
        ("x" * 2**20, "max_length"),
        (None, "null"),
        ({}, "invalid_input"),
        ("\x00", "null_characters_not_allowed"),
    ],
    ids=["long", "megabyte", "null", "object", "null_character"],
)
@in_one_test("kind", ["approve", "reject"])
def test_approve__reason_not_valid__refused(voter, launch_request, kind, reason, code):
    response = voter.post(request_at(launch_request, kind), {"reason": reason})

    assert_invalid(response, "reason", code)
    assert not Approval.objects.exists()


@pytest.mark.parametrize("body", [[], "text", 5, None], ids=repr)
def test_approve__body_no_object__never_a_crash(voter, launch_request, body):
    response = voter.post(request_at(launch_request, "approve"), body)

    assert response.status_code in (200, 400)


def test_approve__reason_of_ten_thousand__stored(voter, launch_request):
    voter.post(request_at(launch_request, "approve"), {"reason": "x" * 10_000})

    assert len(Approval.objects.get().reason) == 10_000


@in_one_test("kind", ["approve", "reject", "cancel"])
def test_approve__no_key__not_authenticated(anonymous, launch_request, kind):
    assert_error(anonymous.post(request_at(launch_request, kind)), 401, "not_authenticated")


@in_one_test("kind", ["approve", "reject", "cancel"])
def test_approve__not_a_member__forbidden(outsider, launch_request, kind):
    assert_error(outsider.post(request_at(launch_request, kind)), 403, "permission_denied")


@in_one_test("reference", ["abc", "1", "0190c0de-0000-7000-8000-000000000007"])
@in_one_test("kind", ["approve", "reject", "cancel"])
def test_approve__unknown_id__not_found(voter, project, reference, kind):
    response = voter.post(f"{requests(project)}{reference}/{kind}/", {})

    assert_error(response, 404, "not_found")


def test_approve__named_but_no_member_any_more__forbidden(voter, launch_request, grace):
    grace.memberships.all().delete()

    assert_error(voter.post(request_at(launch_request, "approve")), 403, "permission_denied")


def test_approve__applied__same_write_asks_no_more(client, voter, launch_request, experiment):
    voter.post(request_at(launch_request, "approve"), {})

    assert client.patch(member(experiment), LAUNCH).status_code == 200


def test_approve__voter_deletes_their_account__vote_counts_without_a_name(
    voter, other_voter, two_must_agree, grace
):
    voter.post(request_at(two_must_agree, "approve"), {"reason": "looks right"})
    grace.memberships.all().delete()
    browser = DocumentedClient()
    browser.force_login(grace)
    assert browser.delete("/api/users/@me/").status_code == 204

    done = other_voter.post(request_at(two_must_agree, "approve")).json()

    votes = done["change_request"]["approvals"]
    assert done["status"] == "applied"
    assert [(vote["created_by"] is None, vote["reason"]) for vote in votes] == [
        (True, "looks right"),
        (False, ""),
    ]
