"""A running server with flags, and what SDKs have sent to it."""

import json
import sqlite3
import time
from urllib.request import Request, urlopen

import pytest

from tests.frontend.servers import KEY, running_api

PEOPLE = [f"user_{number}" for number in range(1, 61)]
HALVES = {
    "multivariate": {
        "variants": [
            {"key": "control", "rollout_percentage": 50},
            {"key": "test", "rollout_percentage": 50},
        ]
    }
}
EVERYBODY = {"properties": [], "rollout_percentage": 100}
PRO = {"key": "plan", "value": "pro", "operator": "exact", "type": "person"}
FLAGS = {
    "checkout-redesign": HALVES
    | {"groups": [EVERYBODY], "payloads": {"control": '{"color": "blue"}'}},
    "half": {"groups": [EVERYBODY | {"rollout_percentage": 50}]},
    "pro": {"groups": [{"properties": [PRO], "rollout_percentage": 100}]},
    "gold": {
        "groups": [
            {
                "properties": [
                    {
                        "key": "tier",
                        "value": "gold",
                        "operator": "exact",
                        "type": "group",
                        "group_type_index": 0,
                    }
                ],
                "rollout_percentage": 100,
            }
        ],
        "aggregation_group_type_index": 0,
    },
    "by-company": HALVES | {"groups": [EVERYBODY], "aggregation_group_type_index": 0},
    "held": HALVES | {"groups": [EVERYBODY], "holdout": {"id": 7, "exclusion_percentage": 40}},
}


class Server:
    """A server to which SDKs speak."""

    def __init__(self, api):
        self.api = api
        self.host = f"http://127.0.0.1:{api.port}"
        self.key = KEY
        self.token = self.call("GET", "/api/projects/@current/")["api_token"]

    def call(self, method, path, body=None):
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = Request(self.host + path, data, headers, method=method)  # noqa: S310
        with urlopen(request, timeout=60) as response:  # noqa: S310
            return json.load(response)

    def ask(self, **body):
        return self.call("POST", "/flags/?v=2", {"token": self.token, **body})["flags"]

    def value(self, key, distinct_id, **body):
        found = self.ask(distinct_id=distinct_id, evaluation_runtime="all", **body)[key]
        return found["enabled"] if found["variant"] is None else found["variant"]

    def events(self, name, *, distinct_id):
        """Return the properties of the captured events of this name, once there is one."""
        path = self.api.folder / "api-events.sqlite3"
        query = "SELECT properties FROM events_event WHERE event = ? AND distinct_id = ?"
        for _ in range(100):
            with sqlite3.connect(path) as connection:
                rows = connection.execute(query, [name, distinct_id]).fetchall()
            if rows:
                break
            time.sleep(0.1)
        return [json.loads(properties) for (properties,) in rows]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running_api(tmp_path_factory.mktemp("sdks"), {}) as api:
        server = Server(api)
        for name, tier in (("acme", "gold"), ("other", "tin")):
            group = {"$group_type": "company", "$group_key": name, "$group_set": {"tier": tier}}
            event = {"event": "$groupidentify", "distinct_id": "u", "properties": group}
            server.call("POST", "/i/v0/e/", {"api_key": server.token} | event)
        for key, filters in FLAGS.items():
            server.call(
                "POST", "/api/projects/@current/feature_flags/", {"key": key, "filters": filters}
            )
        lasting = {
            "filters": HALVES | {"groups": [EVERYBODY]},
            "ensure_experience_continuity": True,
        }
        server.call("POST", "/api/projects/@current/feature_flags/", lasting | {"key": "lasting"})
        config = {
            "key": "settings",
            "is_remote_configuration": True,
            "filters": {"groups": [EVERYBODY], "payloads": {"true": '{"limit": 5}'}},
        }
        server.call("POST", "/api/projects/@current/feature_flags/", config)
        yield server
