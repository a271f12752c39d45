"""Objects of every kind, made through the API by someone who may make them all."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from approvals.models import ApprovalPolicy
from approvals.services import create_policy
from tenants.models import Membership, Project
from tests import factories
from tests.client import DocumentedClient
from tests.concurrency.resources import EXPERIMENT, HOLDOUT, KINDS
from users.models import User


@pytest.fixture
def edith(organization) -> User:
    return factories.make_user("edith@example.com", organization, Membership.Level.ADMIN)


@pytest.fixture
def admin(edith) -> DocumentedClient:
    return DocumentedClient(factories.make_key(edith))


@pytest.fixture
def make(admin: DocumentedClient, project: Project) -> Callable[[str], str]:
    def made(name: str) -> str:
        kind = KINDS[name]
        response = admin.post(kind.collection(project), kind.creation)
        assert response.status_code == 201, response.content
        return f"{kind.collection(project)}{response.json()['id']}/"

    return made


@pytest.fixture
def url(make) -> str:
    return make("holdout")


@pytest.fixture
def experiment_url(make) -> str:
    return make("experiment")


@pytest.fixture
def etag(client, url) -> str:
    return client.get(url).headers["ETag"]


@pytest.fixture
def holdouts(project) -> str:
    return HOLDOUT.collection(project)


@pytest.fixture
def experiments(project) -> str:
    return EXPERIMENT.collection(project)


@pytest.fixture
def gated(project, edith) -> ApprovalPolicy:
    config = {"quorum": 1, "users": [edith.pk], "roles": []}
    return create_policy(
        project=project,
        values={"action_key": "feature_flag.enable", "approver_config": config},
        actor=edith,
        now=timezone.now(),
    )
