"""Policies that govern flags, and the agreement they ask for."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from approvals.services import create_policy
from experiments.models import Experiment
from tests import factories
from tests.client import DocumentedClient
from tests.experiments.paths import member
from tests.factories import make_key


@pytest.fixture
def govern(project, grace):
    def make(*keys, project=project, **values):
        for key in keys:
            config = {"quorum": 1, "users": [grace.pk]}
            create_policy(
                project=project,
                values={"action_key": key, "approver_config": config} | values,
                actor=grace,
                now=timezone.now(),
            )

    return make


@pytest.fixture
def approve(grace):
    def send(request):
        voter = DocumentedClient(make_key(grace))
        path = f"/api/projects/{request.project_id}/change_requests/{request.pk}/approve/"
        response = voter.post(path, {})
        assert response.status_code == 200, response.content
        return response.json()["status"]

    return send


@pytest.fixture
def make_legacy(project, ada):
    """Make an experiment as in the past: today none takes metrics of a legacy kind."""

    start = datetime(2024, 1, 1, tzinfo=UTC)

    def make(*metrics, secondary=(), **values):
        experiment = factories.make_experiment(project, ada, **{"start_date": start} | values)
        Experiment.objects.filter(pk=experiment.pk).update(
            metrics=list(metrics),
            metrics_secondary=list(secondary),
            primary_metrics_ordered_uuids=[each["uuid"] for each in reversed(metrics)],
            secondary_metrics_ordered_uuids=[each["uuid"] for each in secondary],
        )
        experiment.refresh_from_db()
        return experiment

    return make


@pytest.fixture
def migrate(client):
    def migrate(experiment, api=client, **options):
        return api.post(f"{member(experiment)}migrate/", **options)

    return migrate


@pytest.fixture
def copy_of(migrate):
    def copy_of(experiment):
        response = migrate(experiment)
        assert response.status_code == 200, response.content
        return response.json()

    return copy_of
