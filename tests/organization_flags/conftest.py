"""Two more projects of the organization, and copies through the front door."""

import pytest
from rest_framework.response import Response

from feature_flags.models import FeatureFlag
from tenants.models import Project
from tests import factories
from tests.feature_flags.paths import flags_of


@pytest.fixture
def target(organization) -> Project:
    return factories.make_project(organization, "Target")


@pytest.fixture
def path(organization) -> str:
    return f"/api/organizations/{organization.pk}/feature_flags/"


@pytest.fixture
def make(client):
    def create(project: Project, key: str = "menu", **values) -> FeatureFlag:
        body = {"key": key, "filters": {"groups": [{"properties": []}]}} | values
        response = client.post(flags_of(project), body)
        assert response.status_code == 201, response.content
        return FeatureFlag.objects.get(pk=response.json()["id"])

    return create


@pytest.fixture
def copy(client, path, project, target):
    def send(by=client, **values) -> Response:
        body = {
            "feature_flag_key": "menu",
            "from_project": project.pk,
            "target_project_ids": [target.pk],
        }
        return by.post(f"{path}copy_flags/", body | values)

    return send


@pytest.fixture
def copied(copy, target):
    def send(**values) -> FeatureFlag:
        response = copy(**values)
        assert response.status_code == 200, response.content
        assert response.json()["failed"] == []
        return FeatureFlag.objects.get(project=target, key="menu", deleted=False)

    return send


@pytest.fixture
def failure(copy, target):
    def send(**values) -> str:
        response = copy(**values)
        assert response.status_code == 200, response.content
        assert response.json()["success"] == []
        [failed] = response.json()["failed"]
        assert failed["project_id"] == target.pk
        return failed["error_message"]

    return send
