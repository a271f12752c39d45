"""Keeps the real server at saturation with reads and writes and watches memory and latencies.

`bin/reliability soak [--database postgresql|sqlite] [--seconds 180] [--clients 8]`
"""

import argparse
import json
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from http.client import HTTPConnection
from pathlib import Path

from bench.reliability.cluster import Cluster, NoPostgres
from bench.reliability.server import Server

# One write in five, as teams use it; every kind of read.
_READS = ("experiments/", "experiments/{id}/", "feature_flags/", "experiments/stats/")
_SAMPLES = 12
# Of the first third, after which nothing may grow any more.
_GROWTH_ALLOWED = 1.15


def main() -> int:
    """Run what the arguments ask for and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["postgresql", "sqlite"], default="postgresql")
    parser.add_argument("--seconds", type=int, default=180)
    parser.add_argument("--clients", type=int, default=8)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="experiments-soak-") as folder:
        if arguments.database == "sqlite":
            return _run(arguments, Path(folder), cluster=None)
        try:
            cluster = Cluster()
        except NoPostgres as reason:
            sys.stdout.write(f"SKIPPED: {reason}\n")
            return 0
        try:
            cluster.start()
            return _run(arguments, Path(folder), cluster=cluster)
        finally:
            cluster.remove()


class Client:
    """One caller on one connection, who notes how long each answer took."""

    def __init__(self, server: Server, number: int) -> None:
        self._server = server
        self._number = number
        self._random = random.Random(number)  # noqa: S311
        self.seconds: list[float] = []
        self.statuses: Counter[int] = Counter()

    def call(self, until: float) -> None:
        """Make requests until then."""
        connection = HTTPConnection("127.0.0.1", self._server.port, timeout=60)
        made: list[int] = []
        while time.monotonic() < until:
            method, path, body = self._next(made)
            start = time.monotonic()
            connection.request(
                method,
                f"/api/projects/1/{path}",
                json.dumps(body) if body else None,
                {
                    "Authorization": f"Bearer {self._server.key}",
                    "Content-Type": "application/json",
                },
            )
            answer = connection.getresponse()
            content = answer.read()
            self.seconds.append(time.monotonic() - start)
            self.statuses[answer.status] += 1
            if method == "POST" and answer.status == 201:
                made.append(json.loads(content)["id"])
        connection.close()

    def _next(self, made: list[int]) -> tuple[str, str, dict[str, str] | None]:
        if not made or self._random.random() < 0.05:
            key = f"soak-{self._number}-{len(made)}"
            return "POST", "experiments/", {"name": key, "feature_flag_key": key}
        chosen = self._random.choice(made)
        if self._random.random() < 0.2:
            return "PATCH", f"experiments/{chosen}/", {"description": str(self._random.random())}
        return "GET", self._random.choice(_READS).format(id=chosen), None


def _run(arguments: argparse.Namespace, folder: Path, *, cluster: Cluster | None) -> int:
    url = cluster.url if cluster else f"sqlite:///{folder / 'soak.sqlite3'}"
    server = Server(database_url=url, workers=2 if cluster else 1, log=folder / "server.log")
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
    return _report(clients, memory, arguments.seconds)


def _memory(server: Server) -> float:
    """Return the megabytes of the workers; what they share counts for each of them."""
    kilobytes = 0
    for pid in server.workers():
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith("Rss:"))
    return kilobytes / 1024


def _report(clients: list[Client], memory: list[float], seconds: int) -> int:
    times = sorted(second for client in clients for second in client.seconds)
    statuses = sum((client.statuses for client in clients), Counter())
    errors = sum(count for status, count in statuses.items() if status >= 400)
    marks = {mark: times[min(int(len(times) * mark), len(times) - 1)] for mark in (0.5, 0.9, 0.99)}
    settled = max(memory[: _SAMPLES // 3 + 1])
    is_flat = memory[-1] <= settled * _GROWTH_ALLOWED
    sys.stdout.write(
        f"{len(times)} requests in {seconds} s, {len(times) / seconds:.0f} a second; "
        f"answers {dict(sorted(statuses.items()))}\n"
        + "".join(f"p{mark * 100:g} {value * 1000:.1f} ms  " for mark, value in marks.items())
        + f"slowest {times[-1] * 1000:.0f} ms\n"
        f"memory in MB: {', '.join(f'{each:.0f}' for each in memory)}\n"
    )
    if errors:
        sys.stdout.write(f"FAILED: {errors} answers were errors.\n")
    if not is_flat:
        sys.stdout.write("FAILED: the memory grows.\n")
    return int(bool(errors) or not is_flat)


if __name__ == "__main__":
    sys.exit(main())
