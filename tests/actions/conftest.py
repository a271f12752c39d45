"""Actions through HTTP."""

import pytest


@pytest.fixture
def url(project):
    return f"/api/projects/{project.pk}/actions/"


@pytest.fixture
def make(client, url):
    def make(**values):
        body = {"name": "Paid", "steps": [{"event": "paid"}]} | values
        response = client.post(url, body)
        assert response.status_code == 201, response.content
        return response.json()

    return make
