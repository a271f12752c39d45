"""A running experiment whose exposure can be frozen."""

import json

import pytest

from feature_flags.models import FeatureFlag
from tests.client import Client


@pytest.fixture
def running(client, project):
    url = f"/api/projects/{project.pk}/experiments/"
    created = client.post(url, {"name": "Checkout", "feature_flag_key": "checkout"}).json()
    return client.post(f"{url}{created['id']}/launch/").json()


@pytest.fixture
def place(project, running):
    return f"/api/projects/{project.pk}/experiments/{running['id']}/"


@pytest.fixture
def expose(capture):
    def expose(*people, variant="test", flag="checkout"):
        capture(
            {
                "event": "$feature_flag_called",
                "distinct_id": person,
                "properties": {"$feature_flag": flag, "$feature_flag_response": variant},
            }
            for person in people
        )

    return expose


@pytest.fixture
def take(client, place):
    def take(step, status=200, body=None):
        response = client.post(f"{place}{step}/", body or {})
        assert response.status_code == status, response.content
        return response.json()

    return take


def served(project, person):
    body = {"token": project.api_token, "distinct_id": person}
    answer = Client().post("/flags/?v=2", json.dumps(body), content_type="application/json")
    return answer.json()["flags"]["checkout"].get("variant")


def flag_of(running):
    return FeatureFlag.objects.get(pk=running["feature_flag"]["id"])
