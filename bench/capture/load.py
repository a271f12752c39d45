"""What is sent: batches as SDKs send them, and a steady stream beside other requests."""

import json
import random
import threading
import time
from http.client import HTTPConnection

SINGLE, BATCH = 1, 50
_PER_SECOND = 1_000


def batch(token: str, events: int) -> str:
    """Return a body with so many events; they have no uuids, so each time they are new ones."""
    return json.dumps({"api_key": token, "batch": [_event(number) for number in range(events)]})


def _event(number: int) -> dict[str, object]:
    rng = random.Random(number)  # noqa: S311
    properties: dict[str, object] = {
        "$lib": "posthog-js",
        "$browser": "Chrome",
        "$os": "Linux",
        "$current_url": "https://shop.example.com/checkout?step=2",
        "$session_id": f"0190d7a1-0000-7000-8000-{rng.randrange(10**12):012d}",
    }
    name = "purchase"
    if number % 3 == 0:
        name = "$feature_flag_called"
        properties |= {"$feature_flag": "button", "$feature_flag_response": rng.choice("ab")}
    else:
        properties |= {"amount": rng.randrange(10_000) / 100}
    return {
        "event": name,
        "distinct_id": f"user-{rng.randrange(10**6)}",
        "timestamp": "2026-01-02T03:04:05.678+00:00",
        "properties": properties,
    }


class Stream(threading.Thread):
    """Sends 1,000 events a second in batches of 50, as far as they are answered."""

    def __init__(self, port: int, body: str) -> None:
        super().__init__(daemon=True)
        self._port, self._body = port, body
        self._ended = threading.Event()
        self.sent = 0

    def __enter__(self) -> "Stream":
        self._began = time.monotonic()
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._ended.set()
        self.join()
        self.per_second = self.sent / (time.monotonic() - self._began)

    def run(self) -> None:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=30)
        due = time.monotonic()
        while not self._ended.wait(max(due - time.monotonic(), 0)):
            due += BATCH / _PER_SECOND
            connection.request("POST", "/batch/", self._body, {"Content-Type": "application/json"})
            connection.getresponse().read()
            self.sent += BATCH
        connection.close()
