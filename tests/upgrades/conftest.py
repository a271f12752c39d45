"""A database with a row of nearly everything."""

import pytest
from django.utils import timezone

from approvals.services import set_webhook
from tenants.models import Project
from tests import factories
from tests.approvals.receiver import ask_to_launch, gate_launches
from tests.client import DocumentedClient
from users.models import User


@pytest.fixture
def filled(project: Project, ada: User, grace: User, client: DocumentedClient) -> None:
    now = timezone.now()
    holdout = factories.make_holdout(project, ada)
    metric = factories.make_saved_metric(project, ada)
    links = [{"id": metric.pk, "metadata": {"type": "secondary"}}]
    factories.make_experiment(project, ada, holdout=holdout, saved_metrics_ids=links)
    factories.make_experiment(
        project, ada, scheduling_config={"launch_at": "2099-01-01T00:00:00Z"}, name="größer 漢字 🦔"
    )
    url = f"/api/projects/{project.pk}/experiment_holdouts/"
    client.post(url, {"name": "By key"}, headers={"Idempotency-Key": "once"})
    set_webhook(project_id=project.pk, url="https://example.com/hook", now=now)
    gate_launches(project, grace, now=now)
    ask_to_launch(client, factories.make_experiment(project, ada))
