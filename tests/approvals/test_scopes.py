import pytest

from tests.approvals.changes import LAUNCH
from tests.approvals.paths import member, policies, policy, request_at, requests
from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.factories import make_key
from tests.looping import in_one_test

NEW = {"action_key": "feature_flag.update", "approver_config": {"quorum": 1}}


@pytest.fixture
def speaking(edith, grace):
    return lambda *scopes, user=grace: DocumentedClient(make_key(user, *scopes))


@pytest.mark.parametrize("scope", ["approvals:read", "approvals:write", "*"])
def test_scopes__reading__read_or_more(speaking, project, launch_request, scope):
    key = speaking(scope)

    for path in (policies(project), requests(project), request_at(launch_request)):
        assert key.get(path).status_code == 200


@in_one_test("scope", ["experiment:write", "organization:write", "feature_flag:read"])
def test_scopes__reading_without__forbidden(speaking, project, launch_request, scope):
    key = speaking(scope)

    for path in (policies(project), requests(project), request_at(launch_request)):
        assert_error(key.get(path), 403, "permission_denied")


@in_one_test("kind", ["approve", "reject", "cancel"])
@in_one_test("scope", ["approvals:read", "experiment:write"])
def test_scopes__voting_without__forbidden(speaking, launch_request, ada, grace, scope, kind):
    key = speaking(scope, user=ada if kind == "cancel" else grace)

    response = key.post(request_at(launch_request, kind), {"reason": "Because."})

    assert_error(response, 403, "permission_denied")
    launch_request.refresh_from_db()
    assert launch_request.state == "pending"


@pytest.mark.parametrize("kind", ["approve", "reject", "cancel"])
def test_scopes__voting_with_write__taken(speaking, launch_request, ada, grace, kind):
    key = speaking("approvals:write", user=ada if kind == "cancel" else grace)

    response = key.post(request_at(launch_request, kind), {"reason": "Because."})

    assert response.status_code == 200


def test_scopes__policies_with_write__written(speaking, project, edith):
    key = speaking("approvals:write", user=edith)

    made = key.post(policies(project), NEW).json()

    assert key.patch(policy(project, made["id"]), {"enabled": False}).status_code == 200
    assert key.delete(policy(project, made["id"])).status_code == 204


@pytest.mark.parametrize("scope", ["approvals:read", "organization:write"])
def test_scopes__policies_without_write__forbidden(speaking, project, edith, make_policy, scope):
    key, path = speaking(scope, user=edith), policy(project, make_policy().pk)

    for response in (key.post(policies(project), NEW), key.patch(path, {}), key.delete(path)):
        assert_error(response, 403, "permission_denied")


def test_scopes__triggering__experiment_scope_suffices(speaking, make_policy, experiment):
    make_policy()

    response = speaking("experiment:write").patch(member(experiment), LAUNCH)

    assert response.status_code == 409
    assert response.json()["change_request"]["state"] == "pending"


def test_scopes__applying__requester_key_needs_nothing_more(
    speaking, make_policy, experiment, ada, grace
):
    make_policy()
    body = speaking("experiment:write", user=ada).patch(member(experiment), LAUNCH).json()

    path = f"{requests(experiment.project)}{body['change_request_id']}/approve/"
    vote = speaking("approvals:write").post(path, {})

    assert vote.json()["status"] == "applied"
