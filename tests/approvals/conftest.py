"""The cast of approvals: who requests, who agrees, who sets the rules, and policies by one call."""

import pytest
from django.utils import timezone

from approvals.models import ApprovalPolicy, ChangeRequest
from approvals.services import create_policy
from experiments.models import Experiment
from holdouts.models import Holdout
from tenants.models import Membership
from tenants.services import add_to_role, create_role
from tests import factories
from tests.approvals.changes import LAUNCH, stored
from tests.approvals.paths import member, request_at
from tests.client import DocumentedClient
from users.models import User


@pytest.fixture
def edith(organization) -> User:
    return factories.make_user("edith@example.com", organization, Membership.Level.ADMIN)


@pytest.fixture
def linus(organization) -> User:
    return factories.make_user("linus@example.com", organization)


@pytest.fixture
def admin(edith) -> DocumentedClient:
    return DocumentedClient(factories.make_key(edith))


@pytest.fixture
def voter(grace) -> DocumentedClient:
    return DocumentedClient(factories.make_key(grace))


@pytest.fixture
def other_voter(linus) -> DocumentedClient:
    return DocumentedClient(factories.make_key(linus))


@pytest.fixture
def make_policy(project, grace, edith):
    def make(action_key="feature_flag.enable", *, users=(grace,), quorum=1, roles=(), **values):
        config = {
            "quorum": quorum,
            "users": [user.pk for user in users],
            "roles": [str(role.pk) for role in roles],
        }
        return create_policy(
            project=project,
            values={"action_key": action_key, "approver_config": config} | values,
            actor=edith,
            now=timezone.now(),
        )

    return make


@pytest.fixture
def make_wide_policy(organization, grace):
    def make(action_key="feature_flag.enable", **values) -> ApprovalPolicy:
        config = {"quorum": 1, "users": [grace.pk], "roles": []}
        return ApprovalPolicy.objects.create(
            organization=organization,
            **{"action_key": action_key, "approver_config": config} | values,
        )

    return make


@pytest.fixture
def make_role(organization, edith):
    def make(*users, organization=organization, name="Reviewers"):
        now = timezone.now()
        role = create_role(organization=organization, values={"name": name}, actor=edith, now=now)
        for user in users:
            add_to_role(
                organization=organization, role_id=role.pk, user_uuid=user.uuid, now=timezone.now()
            )
        return role

    return make


@pytest.fixture
def held_experiment(project, ada, holdout) -> Experiment:
    return factories.make_experiment(project, ada, holdout=holdout)


@pytest.fixture
def running(project, ada) -> Experiment:
    return factories.make_experiment(project, ada, start_date=timezone.now())


@pytest.fixture
def ask(client):
    def send(target: Experiment | Holdout, changes: dict, by=client) -> ChangeRequest:
        response = by.patch(member(target), changes)
        assert response.status_code == 409, response.content
        return ChangeRequest.objects.get(pk=response.json()["change_request_id"])

    return send


@pytest.fixture
def launch_request(make_policy, ask, experiment) -> ChangeRequest:
    make_policy()
    return ask(experiment, LAUNCH)


@pytest.fixture
def agree(voter):
    def send(request):
        response = voter.post(request_at(request, "approve"), {})
        assert response.status_code == 200, response.content
        return response.json()

    return send


@pytest.fixture
def fails(agree):
    def check(request, *words):
        before = stored()
        body = agree(request)
        assert body["status"] == "failed", body
        shown = body["change_request"]
        assert "result" not in body
        assert (shown["state"], shown["applied_at"], shown["applied_by"]) == ("failed", None, None)
        assert (shown["result_data"], shown["apply_error"]) == (None, body["message"])
        assert all(word in body["message"] for word in words), body["message"]
        assert stored() == before

    return check


@pytest.fixture
def two_must_agree(make_policy, ask, experiment, grace, linus):
    make_policy(users=[grace, linus], quorum=2)
    return ask(experiment, LAUNCH)
