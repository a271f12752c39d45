"""Stored persons, and cohorts that are filled with them when the test wants it."""

import json

import pytest

from evaluation import population
from events.models import Person
from tests.client import Client


@pytest.fixture(autouse=True)
def finish(monkeypatch):
    """Do what waits for the background, where the test wants it: tests on SQLite share tables."""
    waiting = []
    monkeypatch.setattr(population, "in_background", waiting.append)

    def finish():
        while waiting:
            waiting.pop(0)()

    return finish


@pytest.fixture
def base(project):
    return f"/api/projects/{project.pk}/"


@pytest.fixture
def people(project):
    """Seven stored persons: three of them have the plan pro."""
    events = [
        {
            "event": "$set",
            "distinct_id": f"user_{number}",
            "properties": {"$set": {"plan": "pro" if number < 3 else "free"}},
        }
        for number in range(7)
    ]
    body = json.dumps({"api_key": project.api_token, "batch": events})
    assert Client().post("/batch/", body, content_type="application/json").status_code == 200
    return {row.distinct_id: row for row in Person.objects.filter(project_id=project.pk)}


@pytest.fixture
def make_flag(client, base):
    def make(*properties, rollout=100, **values):
        groups = [{"properties": list(properties), "rollout_percentage": rollout}]
        body = {"key": "pro", "filters": {"groups": groups}} | values
        response = client.post(f"{base}feature_flags/", body)
        assert response.status_code == 201, response.content
        return response.json()

    return make


@pytest.fixture
def cohort_of(client, base):
    def create(flag):
        response = client.post(f"{base}feature_flags/{flag['id']}/create_static_cohort_for_flag/")
        assert response.status_code == 201, response.content
        return response.json()["cohort"]

    return create


@pytest.fixture
def members(client, base, finish):
    def names(cohort):
        finish()
        found = client.get(f"{base}cohorts/{cohort['id']}/persons/").json()["results"]
        return {each["name"] for each in found}

    return names


@pytest.fixture
def process_ends(monkeypatch):
    monkeypatch.setattr(population, "in_background", lambda work: None)
