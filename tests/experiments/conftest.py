"""Policies that govern flags, and the agreement they ask for."""

import pytest
from django.utils import timezone

from approvals.services import create_policy
from tests.client import DocumentedClient
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
