"""Crowds of idle and slow clients against the real server: who else is still answered, how fast?

`bin/reliability idle [--connections 10000]`
"""

import argparse
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from bench.reliability.server import Server
from bench.reliability.storm import say

_ALIVE = b"GET /_livez HTTP/1.1\r\nHost: localhost\r\n\r\n"
_HALF_A_HEADER = b"GET /_livez HTTP/1.1\r\nHost: local"
_PATIENCE = 5.0
_OTHERS = 20


def main() -> int:
    """Run what the arguments ask for; there is nothing to fail, only to read."""
    parser = argparse.ArgumentParser(prog="bin/reliability idle", description=__doc__)
    parser.add_argument("--connections", type=int, default=10_000)
    count = parser.parse_args().connections
    with tempfile.TemporaryDirectory(prefix="experiments-idle-") as name:
        folder = Path(name)
        database = f"sqlite:///{folder / 'idle.sqlite3'}"
        server = Server(database_url=database, workers=2, log=folder / "log", ACCESS_LOG="false")
        try:
            server.start()
            _try_crowds(server, count)
        finally:
            server.remove()
    return 0


def _try_crowds(server: Server, count: int) -> None:
    _tell(server, "nobody else")
    half = _slow_post(server)
    for name, size, first_words in (
        (f"{count} connections that say nothing", count, b""),
        (f"{count} connections kept alive after a request", count, _ALIVE),
        (f"{count} connections in the middle of a header", count, _HALF_A_HEADER),
        ("1 client in the middle of a body", 1, half),
        ("4 clients in the middle of a body", 4, half),
    ):
        with _crowd(server, size, first_words) as made:
            _tell(server, f"{name} ({made} made)")
        server.wait_until_ready()
    say(f"A header that does not end is given up after {_time_until_closed(server):.0f} s.")


def _slow_post(server: Server) -> bytes:
    head = (
        "POST /api/projects/@current/experiment_holdouts/ HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer {server.key}\r\nContent-Type: application/json\r\n"
        "Content-Length: 1000\r\n\r\n{"
    )
    return head.encode()


@contextmanager
def _crowd(server: Server, count: int, first_words: bytes) -> Iterator[int]:
    opened: list[socket.socket] = []
    try:
        for _ in range(count):
            try:
                each = socket.create_connection(("127.0.0.1", server.port), timeout=_PATIENCE)
            except OSError:
                break
            opened.append(each)
            if first_words:
                each.sendall(first_words)
        time.sleep(1)
        yield len(opened)
    finally:
        for each in opened:
            each.close()


def _tell(server: Server, who: str) -> None:
    times, failures = [], 0
    for _ in range(_OTHERS):
        took = _timed(lambda: _ask(server))
        if took is None:
            failures += 1
            if failures == 3:
                break
        else:
            times.append(took * 1000)
    answered = (
        f"median {statistics.median(times):.1f} ms, worst {max(times):.0f} ms" if times else ""
    )
    refused = f" {failures} of them not answered within {_PATIENCE:.0f} s." if failures else ""
    memory = sum(map(_resident, server.workers())) // 1024
    say(f"With {who}: {answered or 'no answers'}.{refused} Workers: {memory} MiB.")


def _ask(server: Server) -> None:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=_PATIENCE)
    try:
        connection.request("GET", "/_livez")
        connection.getresponse().read()
    finally:
        connection.close()


def _timed(call: Callable[[], object]) -> float | None:
    start = time.monotonic()
    try:
        call()
    except (OSError, HTTPException):
        return None
    return time.monotonic() - start


def _time_until_closed(server: Server) -> float:
    start = time.monotonic()
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as slow:
        slow.sendall(_HALF_A_HEADER)
        try:
            while slow.recv(1024):
                pass
        except OSError:
            pass
    return time.monotonic() - start


def _resident(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


if __name__ == "__main__":
    sys.exit(main())
