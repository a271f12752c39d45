"""Clients that write all the time and note what they were told."""

import json
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException

PATIENCE = 90.0
_PAUSE = 0.1

Body = dict[str, object]


@dataclass
class Ledger:
    """What clients were told; shared by all of them."""

    answers: Counter[str] = field(default_factory=Counter)
    # By the name that a writer gave: the id, and how far its life was told to have come.
    experiments: dict[str, int] = field(default_factory=dict)
    renamed: set[str] = field(default_factory=set)
    launched: set[str] = field(default_factory=set)
    holdouts: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    # When a change was answered, to see how long there was none.
    successes: list[float] = field(default_factory=list)


class Writer(threading.Thread):
    """Makes experiments, renames and launches them; asks again until it is answered."""

    def __init__(
        self, *, number: int, port: int, key: str, ledger: Ledger, stopped: threading.Event
    ) -> None:
        super().__init__(daemon=True)
        self._number, self._port, self._key = number, port, key
        self._ledger, self._stopped = ledger, stopped
        self._connection: HTTPConnection | None = None
        self._project = "/api/projects/@current"

    def run(self) -> None:
        holdout = self._make_holdout(f"holdout-{self._number}")
        metric = self._ask("POST", "/experiment_saved_metrics/", {"name": "M", "query": _QUERY})
        count = 0
        while not self._stopped.is_set() and holdout and metric:
            count += 1
            self._live(f"w{self._number}-{count}", holdout=holdout, metric=metric["id"])
            share = {"rollout_percentage": count % 50}
            self._ask("PATCH", f"/experiment_holdouts/{holdout}/", {"filters": [share]})

    def _make_holdout(self, name: str) -> int | None:
        made = self._ask("POST", "/experiment_holdouts/", {"name": name})
        if made is not None:
            self._ledger.holdouts[name] = made["id"]
        return made and made["id"]

    def _live(self, name: str, *, holdout: int, metric: int) -> None:
        body = {
            "name": name,
            "feature_flag_key": name,
            "holdout_id": holdout,
            "saved_metrics_ids": [{"id": metric}],
        }
        made = self._ask("POST", "/experiments/", body)
        if made is None:
            return
        self._ledger.experiments[name] = made["id"]
        path = f"/experiments/{made['id']}/"
        if self._ask("PATCH", path, {"name": f"{name}!"}):
            self._ledger.renamed.add(name)
        if self._ask("POST", f"{path}launch/", {}):
            self._ledger.launched.add(name)

    def _ask(self, method: str, path: str, body: Body) -> Body | None:
        """Ask until there is an answer that counts; a POST with a key, so that it is done once."""
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        if method == "POST":
            headers["Idempotency-Key"] = str(uuid.uuid4())
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            status, answer, is_passing = self._once(method, path, body, headers)
            self._ledger.answers[status] += 1
            if status in ("200", "201"):
                self._ledger.successes.append(time.monotonic())
                return answer
            if not is_passing:
                self._ledger.wrong.append(f"{method} {path}: {status} {answer}")
                return None
            time.sleep(_PAUSE)
        self._ledger.wrong.append(f"{method} {path}: not answered within {PATIENCE} s")
        return None

    def _once(
        self, method: str, path: str, body: Body, headers: dict[str, str]
    ) -> tuple[str, Body, bool]:
        try:
            if self._connection is None:
                self._connection = HTTPConnection("127.0.0.1", self._port, timeout=30)
            self._connection.request(method, self._project + path, json.dumps(body), headers)
            response = self._connection.getresponse()
            answer = json.loads(response.read())
        except (OSError, HTTPException, ValueError) as error:
            if self._connection is not None:
                self._connection.close()
            self._connection = None
            return type(error).__name__, {}, True
        is_passing = response.status in (409, 503) and "Retry-After" in response.headers
        return str(response.status), answer, is_passing


_QUERY = {
    "kind": "ExperimentMetric",
    "metric_type": "mean",
    "source": {"kind": "EventsNode", "event": "$pageview"},
}
