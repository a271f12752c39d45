"""Annotations through HTTP."""

import pytest

from tests import factories


@pytest.fixture
def url(project):
    return f"/api/projects/{project.pk}/annotations/"


@pytest.fixture
def make(client, url):
    def make(**values):
        body = {"content": "Launched", "date_marker": "2026-01-01T00:00:00Z", "scope": "project"}
        response = client.post(url, body | values)
        assert response.status_code == 201, response.content
        return response.json()

    return make


@pytest.fixture
def sister(organization):
    """The annotations of another project of the organization."""
    other = factories.make_project(organization, "Sister")
    return f"/api/projects/{other.pk}/annotations/"
