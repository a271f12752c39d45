"""SDKs as a client: any origin, a token in the body, no key and no cookie."""

import json

import pytest

from tests import factories
from tests.client import Client


class SDK:
    """Asks for flags as an SDK does."""

    def __init__(self, project):
        self.project = project
        self.client = Client(enforce_csrf_checks=True)

    def ask(self, distinct_id="user_1", path="/flags/?v=2", headers=None, **body):
        asked = {"token": self.project.api_token, "distinct_id": distinct_id} | body
        return self.send(json.dumps(asked), path=path, headers=headers)

    def send(self, body, path="/flags/?v=2", content_type="application/json", headers=None):
        return self.client.post(path, body, content_type=content_type, headers=headers or {})

    def flags(self, *args, **kwargs):
        return self.ask(*args, **kwargs).json()["flags"]

    def values(self, *args, **kwargs):
        found = self.flags(*args, **kwargs)
        return {
            key: one["enabled"] if one["variant"] is None else one["variant"]
            for key, one in found.items()
        }


@pytest.fixture
def sdk(project):
    return SDK(project)


@pytest.fixture
def checkout(project):
    return factories.make_flag(project, "checkout-redesign")


@pytest.fixture
def capture(sdk, project):
    def capture(event, distinct_id, **properties):
        body = {
            "api_key": project.api_token,
            "event": event,
            "distinct_id": distinct_id,
            "properties": properties,
        }
        response = sdk.send(json.dumps(body), path="/i/v0/e/")
        assert response.status_code == 200

    return capture
