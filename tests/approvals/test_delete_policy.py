from approvals.models import ApprovalPolicy
from tests.approvals.changes import LAUNCH
from tests.approvals.paths import member, policy, request_at
from tests.assertions import assert_error


def test_delete_policy__existing__gone(admin, project, make_policy):
    made = make_policy()

    response = admin.delete(policy(project, made.pk))

    assert (response.status_code, response.content) == (204, b"")
    assert not ApprovalPolicy.objects.exists()


def test_delete_policy__request_open__votes_still_count(admin, voter, project, launch_request):
    admin.delete(policy(project, ApprovalPolicy.objects.get().pk))

    response = voter.post(request_at(launch_request, "approve"), {})

    assert response.json()["status"] == "applied"


def test_delete_policy__deleted__gates_nothing(admin, client, project, make_policy, experiment):
    admin.delete(policy(project, make_policy().pk))

    assert client.patch(member(experiment), LAUNCH).status_code == 200


def test_delete_policy__member_without_admin_level__forbidden(client, project, make_policy):
    made = make_policy()

    assert_error(client.delete(policy(project, made.pk)), 403, "permission_denied")
    assert ApprovalPolicy.objects.exists()


def test_delete_policy__other_project__not_found(admin, foreign_project, outsider, make_policy):
    made = make_policy()

    assert_error(outsider.delete(policy(foreign_project, made.pk)), 403, "permission_denied")
    assert ApprovalPolicy.objects.exists()
