"""Cohorts through HTTP."""

import json

import pytest

from events.models import Person
from tests.client import Client
from tests.cohorts.definitions import definition, person


@pytest.fixture
def url(project):
    return f"/api/projects/{project.pk}/cohorts/"


@pytest.fixture
def make(client, url):
    def make(*conditions, **values):
        body = {"name": "Pro", "filters": definition(*conditions or [person()])} | values
        response = client.post(url, body)
        assert response.status_code == 201, response.content
        return response.json()

    return make


@pytest.fixture
def known(project):
    def known(distinct_id, **properties):
        event = {
            "api_key": project.api_token,
            "event": "$set",
            "distinct_id": distinct_id,
            "properties": {"$set": {"name": distinct_id} | properties},
        }
        sent = json.dumps(event)
        assert Client().post("/i/v0/e/", sent, content_type="application/json").status_code == 200
        return str(Person.objects.get(project_id=project.pk, distinct_id=distinct_id).uuid)

    return known
