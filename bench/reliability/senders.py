"""SDKs that send events all the time, again until acknowledged, and note what they were told."""

import json
import random
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException

PATIENCE = 90.0
_PAUSE = 0.1
_MOST_EVENTS = 30

Event = dict[str, object]


@dataclass
class Sent:
    """What senders know; shared by all of them."""

    answers: Counter[str] = field(default_factory=Counter)
    # The uuid of each event that was acknowledged, with its name and its distinct id.
    acknowledged: dict[str, tuple[str, str]] = field(default_factory=dict)
    # Each batch that was ever sent, by its number: an unacknowledged one is whole or absent.
    batches: dict[str, list[str]] = field(default_factory=dict)
    # Who was declared one person, and acknowledged.
    merged: list[tuple[str, str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    # When a batch was acknowledged, to see how long there was none.
    successes: list[float] = field(default_factory=list)


class Sender(threading.Thread):
    """Sends batches of purchases and identifications, one in five of them twice."""

    def __init__(
        self, *, number: int, port: int, token: str, sent: Sent, stopped: threading.Event
    ) -> None:
        super().__init__(daemon=True)
        self._number, self._port, self._token = number, port, token
        self._sent, self._stopped = sent, stopped
        self._random = random.Random(number)  # noqa: S311
        self._connection: HTTPConnection | None = None

    def run(self) -> None:
        count = 0
        while not self._stopped.is_set():
            count += 1
            self._send(f"{self._number}-{count}")

    def _send(self, batch: str) -> None:
        events = [self._event(batch) for _ in range(self._random.randint(1, _MOST_EVENTS))]
        uuids = [str(event["uuid"]) for event in events]
        self._sent.batches[batch] = uuids
        times = 2 if self._random.random() < 0.2 else 1
        if not all(self._is_acknowledged(events) for _ in range(times)):
            return
        for event in events:
            who = str(event["event"]), str(event["distinct_id"])
            self._sent.acknowledged[str(event["uuid"])] = who
            properties = event["properties"]
            if event["event"] == "$identify" and isinstance(properties, dict):
                pair = str(properties["$anon_distinct_id"]), str(event["distinct_id"])
                self._sent.merged.append(pair)

    def _event(self, batch: str) -> Event:
        person = self._random.randrange(1_000)
        properties: Event = {"amount": self._random.randrange(100), "batch": batch}
        name = "purchase"
        if self._random.random() < 0.05:
            name = "$identify"
            properties |= {"$anon_distinct_id": f"anonymous-{person}", "$set": {"number": person}}
        return {
            "uuid": str(uuid.uuid4()),
            "event": name,
            "distinct_id": f"person-{person}",
            "properties": properties,
        }

    def _is_acknowledged(self, events: list[Event]) -> bool:
        body = json.dumps({"api_key": self._token, "batch": events})
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            status, may_pass = self._once(body)
            self._sent.answers[status] += 1
            if status == "200":
                self._sent.successes.append(time.monotonic())
                return True
            if not may_pass:
                self._sent.wrong.append(status)
                return False
            time.sleep(_PAUSE)
        self._sent.wrong.append(f"not acknowledged within {PATIENCE} s")
        return False

    def _once(self, body: str) -> tuple[str, bool]:
        try:
            if self._connection is None:
                self._connection = HTTPConnection("127.0.0.1", self._port, timeout=30)
            self._connection.request("POST", "/batch/", body, {"Content-Type": "application/json"})
            response = self._connection.getresponse()
            response.read()
        except (OSError, HTTPException) as error:
            if self._connection is not None:
                self._connection.close()
            self._connection = None
            return type(error).__name__, True
        return str(response.status), response.status == 503 and "Retry-After" in response.headers
