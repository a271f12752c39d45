"""Keeps the real server at saturation with reads and writes and watches memory and latencies.

`bin/reliability soak [--database postgresql|sqlite] [--seconds 180] [--clients 8]`
"""

import argparse
import json
import random
import sys
import threading
import time
from collections import Counter
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from bench.reliability.ground import Ground, add_database, ground
from bench.reliability.server import Server
from bench.reliability.table import table

# One write in five, as teams use it; every kind of read.
_READS = ("experiments/", "experiments/{id}/", "feature_flags/", "experiments/stats/")
_SAMPLES = 12
# Of the first third, after which nothing may grow any more.
_GROWTH_ALLOWED = 1.15
_MARKS = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "slowest": 1.0}
# Before a new connection when one broke, so that a server that is gone is not asked all the time.
_PAUSE = 0.1


def main() -> int:
    """Run what the arguments ask for and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_database(parser)
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--clients", type=int, default=8)
    arguments = parser.parse_args()
    with ground(arguments.database) as given:
        return _run(arguments, given)


class Client:
    """One caller on one connection, who notes how long each answer took."""

    def __init__(self, server: Server, number: int) -> None:
        self._server = server
        self._headers = {
            "Authorization": f"Bearer {server.key}",
            "Content-Type": "application/json",
        }
        self._number = number
        self._random = random.Random(number)  # noqa: S311
        self.seconds: list[float] = []
        # By status, or by what broke where there was no answer.
        self.outcomes: Counter[str] = Counter()

    def call(self, until: float) -> None:
        """Make requests until then."""
        made: list[int] = []
        while time.monotonic() < until:
            with closing(HTTPConnection("127.0.0.1", self._server.port, timeout=60)) as connection:
                try:
                    while time.monotonic() < until:
                        self._ask(connection, made)
                except (OSError, HTTPException) as error:
                    self.outcomes[type(error).__name__] += 1
                    time.sleep(_PAUSE)

    def _ask(self, connection: HTTPConnection, made: list[int]) -> None:
        method, path, body = self._next(made)
        content = json.dumps(body) if body else None
        start = time.monotonic()
        connection.request(method, f"/api/projects/1/{path}", content, self._headers)
        answer = connection.getresponse()
        content = answer.read()
        self.seconds.append(time.monotonic() - start)
        self.outcomes[str(answer.status)] += 1
        if method == "POST" and answer.status == 201:
            made.append(json.loads(content)["id"])

    def _next(self, made: list[int]) -> tuple[str, str, dict[str, str] | None]:
        if not made or self._random.random() < 0.05:
            key = f"soak-{self._number}-{len(made)}"
            return "POST", "experiments/", {"name": key, "feature_flag_key": key}
        chosen = self._random.choice(made)
        if self._random.random() < 0.2:
            return "PATCH", f"experiments/{chosen}/", {"description": str(self._random.random())}
        return "GET", self._random.choice(_READS).format(id=chosen), None


def _run(arguments: argparse.Namespace, given: Ground) -> int:
    server = given.server()
    try:
        server.start()
        clients = [Client(server, number) for number in range(arguments.clients)]
        until = time.monotonic() + arguments.seconds
        threads = [threading.Thread(target=client.call, args=[until]) for client in clients]
        for thread in threads:
            thread.start()
        memory = [_memory(server)]
        for _ in range(_SAMPLES):
            time.sleep(arguments.seconds / _SAMPLES)
            memory.append(_memory(server))
        for thread in threads:
            thread.join()
    finally:
        server.remove()
    return _report(clients, memory, arguments)


def _memory(server: Server) -> float:
    """Return the megabytes of the workers; what they share counts for each of them."""
    kilobytes = 0
    for pid in server.workers():
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith("Rss:"))
    return kilobytes / 1024


def _report(clients: list[Client], memory: list[float], arguments: argparse.Namespace) -> int:
    times = sorted(second for client in clients for second in client.seconds)
    outcomes = sum((client.outcomes for client in clients), Counter())
    errors = sum(count for name, count in outcomes.items() if name not in ("200", "201"))
    settled = max(memory[: _SAMPLES // 3 + 1])
    is_flat = memory[-1] <= settled * _GROWTH_ALLOWED
    _say(f"Outcomes: {dict(sorted(outcomes.items()))}")
    _say(f"Memory in MB: {', '.join(f'{each:.0f}' for each in memory)}")
    if errors:
        _say(f"FAILED: {errors} requests got an error, or no answer.")
    if not is_flat:
        _say("FAILED: the memory grows.")
    run = f"{arguments.database}, {arguments.clients} clients, {arguments.seconds:g} s"
    cells = {"run": run, "requests a second": f"{len(times) / arguments.seconds:.0f}"}
    cells |= {name: _milliseconds(times, mark) for name, mark in _MARKS.items()}
    cells["errors"] = errors
    cells["memory at first, after a third, at the end"] = (
        f"{memory[0]:.0f}, {settled:.0f}, {memory[-1]:.0f} MB"
    )
    _say(table(cells))
    return int(bool(errors) or not is_flat)


def _milliseconds(times: list[float], mark: float) -> str:
    """Return what that part of the times stays below."""
    return f"{times[min(int(len(times) * mark), len(times) - 1)] * 1000:.1f} ms" if times else "-"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
