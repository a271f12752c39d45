"""A database with a row of nearly everything."""

import time
from collections.abc import Callable

import pytest
from django.db import connections
from django.utils import timezone

from approvals.services import set_webhook
from events.services import capture
from events.wire import read_batch
from tenants.models import Project
from tenants.selectors import TokenProject
from tests import factories
from tests.approvals.receiver import ask_to_launch, gate_launches
from tests.client import DocumentedClient
from tests.events.conftest import event
from tests.upgrades.copies import events_of, run
from users.models import User


@pytest.fixture
def keep_events(project: Project) -> Callable[..., None]:
    """Store events of the project, without HTTP: its database may be elsewhere."""
    token = TokenProject(project.pk, ingested_event=True)

    def keep(*events: dict) -> None:
        batch = read_batch({"token": "phc_x", "batch": list(events)}, now=time.time_ns() // 1000)
        capture(project=token, events=batch.events, now=timezone.now())

    return keep


@pytest.fixture
def filled(
    project: Project,
    ada: User,
    grace: User,
    client: DocumentedClient,
    keep_events: Callable[..., None],
) -> None:
    now = timezone.now()
    keep_events(
        event("buy", "ann", properties={"amount": 3, "$set": {"email": "ann@example.com"}}),
        event("$identify", "ann", properties={"$anon_distinct_id": "a-1"}),
    )
    holdout = factories.make_holdout(project, ada)
    metric = factories.make_saved_metric(project, ada)
    factories.make_action(project, ada, tags=["q3"])
    factories.make_annotation(project, ada)
    links = [{"id": metric.pk, "metadata": {"type": "secondary"}}]
    factories.make_experiment(project, ada, holdout=holdout, saved_metrics_ids=links)
    factories.make_experiment(
        project, ada, scheduling_config={"launch_at": "2099-01-01T00:00:00Z"}, name="größer 漢字 🦔"
    )
    url = f"/api/projects/{project.pk}/experiment_holdouts/"
    client.post(url, {"name": "By key"}, headers={"Idempotency-Key": "once"})
    factories.make_scheduled_change(factories.make_flag(project), ada)
    set_webhook(project_id=project.pk, url="https://example.com/hook", now=now)
    gate_launches(project, grace, now=now)
    ask_to_launch(client, factories.make_experiment(project, ada))


@pytest.fixture
def copy(filled, tmp_path):
    path = tmp_path / "copy.sqlite3"
    assert run("backup", str(path)).splitlines() == [str(events_of(path)), str(path)]
    return path


@pytest.fixture
def elsewhere(db, tmp_path):
    """Other databases, in files and without a table, that the commands work on."""
    usual = {alias: connections[alias] for alias in connections}
    names = {"default": "elsewhere", "events": "elsewhere-events", "facts": "elsewhere-facts"}
    for alias, used in usual.items():
        connections[alias] = used.copy()
        connections[alias].settings_dict["NAME"] = str(tmp_path / f"{names[alias]}.sqlite3")
    yield tmp_path / "elsewhere.sqlite3"
    for alias, used in usual.items():
        connections[alias].close()
        connections[alias] = used
