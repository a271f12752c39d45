"""A flag, and changes of it that are scheduled through the front door and run by the command."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from approvals.models import ApprovalPolicy
from approvals.services import create_policy
from feature_flags.models import FeatureFlag
from scheduled_changes.models import ScheduledChange
from scheduled_changes.services import run_scheduled_changes
from tests import factories
from tests.client import DocumentedClient
from tests.scheduled_changes.paths import changes_of

DUE = datetime(2031, 1, 31, 9, tzinfo=UTC)


@pytest.fixture
def flag(project) -> FeatureFlag:
    return factories.make_flag(project, "menu", active=False)


@pytest.fixture
def body(flag):
    return {
        "record_id": str(flag.pk),
        "model_name": "FeatureFlag",
        "payload": {"operation": "update_status", "value": True},
        "scheduled_at": DUE.isoformat(),
    }


@pytest.fixture
def schedule(client, project, body):
    def send(by=client, **values) -> ScheduledChange:
        response = by.post(changes_of(project), body | values)
        assert response.status_code == 201, response.content
        return ScheduledChange.objects.get(pk=response.json()["id"])

    return send


@pytest.fixture
def run():
    def at(change: ScheduledChange, after: timedelta = timedelta(0)) -> ScheduledChange:
        run_scheduled_changes(now=change.scheduled_at + after)
        change.refresh_from_db()
        return change

    return at


@pytest.fixture
def voter(grace) -> DocumentedClient:
    return DocumentedClient(factories.make_key(grace))


@pytest.fixture
def make_policy(project, grace):
    def make(action_key: str) -> ApprovalPolicy:
        config = {"quorum": 1, "users": [grace.pk], "roles": []}
        return create_policy(
            project=project,
            values={"action_key": action_key, "approver_config": config},
            actor=grace,
            now=timezone.now(),
        )

    return make
