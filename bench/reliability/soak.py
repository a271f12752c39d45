"""Keeps the real server at saturation with reads and writes and watches memory and latencies.

`bin/reliability soak [--database postgresql|sqlite] [--seconds 180] [--clients 8]`

With `--requests 1000000` it ends after so many requests, most of them reads that wrk sends beside
the clients, who leave it room with `--clients 1 --pause 0.1`.
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

from bench.processes import memory_megabytes
from bench.reliability.ground import Ground, add_database, ground
from bench.reliability.reads import Readers
from bench.reliability.server import Server
from bench.reliability.storm import say
from bench.reliability.table import table
from bench.wrk import require_wrk

# One write in five, as teams use it; every kind of read.
_READS = ("experiments/", "experiments/{id}/", "feature_flags/", "experiments/stats/")
_SAMPLES = 10
# Experiments that are there before anybody reads.
_FIRST = 25
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
    parser.add_argument("--requests", type=int, help="in place of seconds, with reads by wrk")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--pause", type=float, default=0, help="seconds after each answer")
    arguments = parser.parse_args()
    if arguments.requests:
        require_wrk()
    with ground(arguments.database) as given:
        return _run(arguments, given)


class Client:
    """One caller on one connection, who notes how long each answer took."""

    def __init__(self, server: Server, number: int, pause: float) -> None:
        self._server = server
        self._pause = pause
        self._headers = {
            "Authorization": f"Bearer {server.key}",
            "Content-Type": "application/json",
        }
        self._number = number
        self._random = random.Random(number)  # noqa: S311
        self.made: list[int] = []
        self.seconds: list[float] = []
        # By status, or by what broke where there was no answer.
        self.outcomes: Counter[str] = Counter()

    def call(self, ended: threading.Event) -> None:
        """Make requests until then."""
        while not ended.is_set():
            with closing(self._connection()) as connection:
                try:
                    while not ended.is_set():
                        self._ask(connection, *self._next())
                        ended.wait(self._pause)
                except (OSError, HTTPException) as error:
                    self.outcomes[type(error).__name__] += 1
                    time.sleep(_PAUSE)

    def create(self, count: int) -> None:
        """Make experiments, before anything else."""
        with closing(self._connection()) as connection:
            for _ in range(count):
                self._ask(connection, *self._another())

    def _connection(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self._server.port, timeout=60)

    def _ask(
        self, connection: HTTPConnection, method: str, path: str, body: dict[str, str] | None
    ) -> None:
        content = json.dumps(body) if body else None
        start = time.monotonic()
        connection.request(method, f"/api/projects/1/{path}", content, self._headers)
        answer = connection.getresponse()
        content = answer.read()
        self.seconds.append(time.monotonic() - start)
        self.outcomes[str(answer.status)] += 1
        if method == "POST" and answer.status == 201:
            self.made.append(json.loads(content)["id"])

    def _next(self) -> tuple[str, str, dict[str, str] | None]:
        if not self.made or self._random.random() < 0.05:
            return self._another()
        chosen = self._random.choice(self.made)
        if self._random.random() < 0.2:
            return "PATCH", f"experiments/{chosen}/", {"description": str(self._random.random())}
        return "GET", self._random.choice(_READS).format(id=chosen), None

    def _another(self) -> tuple[str, str, dict[str, str]]:
        key = f"soak-{self._number}-{len(self.made)}"
        return "POST", "experiments/", {"name": key, "feature_flag_key": key}


class Run:
    """The callers of a server, and how far they have come."""

    def __init__(self, server: Server, arguments: argparse.Namespace) -> None:
        self._server = server
        self._arguments = arguments
        self._ended = threading.Event()
        self.clients = [
            Client(server, number, arguments.pause) for number in range(arguments.clients)
        ]
        self.readers = Readers(server)
        self.memory: list[float] = []
        self.took = 0.0

    def go(self) -> None:
        """Let everybody ask until it is enough, and look at the memory ten times."""
        callers = [client.call for client in self.clients]
        if self._arguments.requests:
            self.clients[0].create(_FIRST)
            self.readers.ids = self.clients[0].made[:]
            callers.append(self.readers.call)
        threads = [threading.Thread(target=call, args=[self._ended]) for call in callers]
        start = time.monotonic()
        for thread in threads:
            thread.start()
        while not self.is_complete and self._server.is_running():
            self.took = time.monotonic() - start
            if self._part() >= len(self.memory) / _SAMPLES:
                self._look()
            time.sleep(_PAUSE)
        self._ended.set()
        for thread in threads:
            thread.join()

    @property
    def is_complete(self) -> bool:
        """Tell whether the server was there to the end."""
        return len(self.memory) > _SAMPLES

    @property
    def answered(self) -> int:
        """Return the number of answers so far."""
        return self.readers.answered + sum(len(client.seconds) for client in self.clients)

    def _part(self) -> float:
        if self._arguments.requests:
            return self.answered / self._arguments.requests
        return self.took / self._arguments.seconds

    def _look(self) -> None:
        workers = self._server.workers()
        self.memory.append(memory_megabytes(workers, kind="Rss"))
        say(
            f"{self._part():4.0%} after {self.took:.0f} s, {self.answered} requests: "
            f"RSS {self.memory[-1]:.1f} MB, PSS {memory_megabytes(workers):.1f} MB"
        )


def _run(arguments: argparse.Namespace, given: Ground) -> int:
    server = given.server()
    try:
        server.start()
        run = Run(server, arguments)
        run.go()
    finally:
        server.remove()
    return _report(run, arguments)


def _report(run: Run, arguments: argparse.Namespace) -> int:
    times = sorted(second for client in run.clients for second in client.seconds)
    outcomes = sum((client.outcomes for client in run.clients), Counter())
    errors = sum(count for name, count in outcomes.items() if name not in ("200", "201"))
    errors += run.readers.failed
    settled = max(run.memory[: _SAMPLES // 3 + 1])
    is_flat = run.memory[-1] <= settled * _GROWTH_ALLOWED
    say(f"Outcomes: {dict(sorted(outcomes.items()))}, and {run.readers.answered} reads by wrk")
    if errors:
        say(f"FAILED: {errors} requests got an error, or no answer.")
    if not is_flat:
        say("FAILED: the memory grows.")
    extent = f"{arguments.requests} requests" if arguments.requests else f"{arguments.seconds:g} s"
    callers = f"{'wrk and ' if arguments.requests else ''}{arguments.clients} clients"
    cells = {
        "run": f"{arguments.database}, {callers}, {extent}",
        "requests a second": f"{run.answered / run.took:.0f}",
    }
    cells |= {name: _milliseconds(times, mark) for name, mark in _MARKS.items()}
    cells["errors"] = errors
    cells["memory at first, after a third, at the end"] = (
        f"{run.memory[0]:.0f}, {settled:.0f}, {run.memory[-1]:.0f} MB"
    )
    say(table(cells))
    return int(bool(errors) or not is_flat or not run.is_complete)


def _milliseconds(times: list[float], mark: float) -> str:
    """Return what that part of the times stays below."""
    return f"{times[min(int(len(times) * mark), len(times) - 1)] * 1000:.1f} ms" if times else "-"


if __name__ == "__main__":
    sys.exit(main())
