"""POST /engage: what is known of a person, without the name of an event."""

import json

import pytest

from tests.events.conftest import event
from tests.looping import in_one_test


@pytest.fixture
def engage(visitor, project):
    def engage(body, path="/engage/"):
        token = {"$token": project.api_token}
        sent = token | body if isinstance(body, dict) else [token | each for each in body]
        return visitor.post(path, json.dumps(sent), content_type="application/json")

    return engage


def test_engage__one_without_a_name__identifies(engage, stored, client, project):
    assert engage({"$distinct_id": "ann", "$set": {"plan": "pro"}}).status_code == 200

    assert [(each.event, each.distinct_id) for each in stored()] == [("$identify", "ann")]
    [person] = client.get(f"/api/projects/{project.pk}/persons/").json()["results"]
    assert person["properties"] == {"plan": "pro"}


def test_engage__one_with_a_name__keeps_it(engage, stored):
    engage(event("signup"))

    assert [each.event for each in stored()] == ["signup"]


@in_one_test("event_name", ["", 7, [], False])
def test_engage__one_with_a_name_that_is_none__refused(engage, stored, event_name):
    assert engage({"distinct_id": "ann", "event": event_name}).status_code == 400


@in_one_test(
    "body", [[{"distinct_id": "ann"}], {"batch": [{"distinct_id": "ann"}]}], ids=["list", "batch"]
)
def test_engage__nameless_among_others__refused(engage, stored, body):
    assert engage(body).status_code == 400


@in_one_test("path", ["/e/", "/capture/", "/track/", "/i/v0/e/", "/batch/"])
def test_capture__one_without_a_name__refused(engage, stored, path):
    assert engage({"distinct_id": "ann", "$set": {"plan": "pro"}}, path).status_code == 400
