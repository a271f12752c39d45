"""The command `bin/bench capture`: how fast events are captured, and what it costs others."""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import psycopg

from bench.capture.load import BATCH, SINGLE, Stream, batch
from bench.databases import ROOT, database
from bench.servers import CAPTURE_FLOOR, SERVER, Server
from bench.wrk import counted, require_wrk

# At least so many times the events a second of the floor, at most so many times the other p99.
_GOALS = {BATCH: 0.6, SINGLE: 0.5}
_LIMIT_OF_P99 = 3.0
_NAME = "experiments_bench_capture"
Row = tuple[str, str, str, str]


def main() -> None:
    """Measure what the arguments ask for and print a table."""
    wanted = _arguments()
    require_wrk()
    os.environ.setdefault("SECRET_KEY", "the-bench-signs-nothing")
    os.environ |= {"LOG_LEVEL": "ERROR", "ACCESS_LOG": "false"}
    rows = [row for kind in wanted.databases for row in _measured(kind, wanted)]
    head = ("| database | line | measured | goal |", "| --- | --- | --- | --- |")
    lines = [*head, *(f"| {' | '.join(row)} |" for row in rows)]
    sys.stdout.write("\n".join(lines) + "\n")


def _measured(kind: str, wanted: argparse.Namespace) -> Iterator[Row]:
    with _prepared(kind) as url:
        workers = 1 if kind == "sqlite" else 2
        token = _manage(url, "shell", "--no-imports", "-c", _PRINT_TOKEN)
        server = Server(SERVER, wanted.port, url, key=_manage(url, "bootstrap"))
        floor = Server(CAPTURE_FLOOR, wanted.port + 1, url, key="")
        try:
            server.start("/api/projects/@current/", workers)
            floor.start("/", workers)
            for size in (BATCH, SINGLE):
                yield _beside_floor(kind, server, floor, batch(token, size), size, wanted)
            yield _while_results_are_computed(kind, server, url, batch(token, BATCH), wanted)
            yield from _others(kind, server, batch(token, BATCH), wanted)
        finally:
            server.stop()
            floor.stop()


_PRINT_TOKEN = "from tenants.models import Project; print(Project.objects.get().api_token)"  # noqa: S105


def _beside_floor(
    kind: str, server: Server, floor: Server, body: str, size: int, wanted: argparse.Namespace
) -> Row:
    rates: dict[str, list[float]] = {SERVER: [], CAPTURE_FLOOR: []}
    spent: dict[str, list[float]] = {SERVER: [], CAPTURE_FLOOR: []}
    for _ in range(wanted.rounds):
        for each in (floor, server):
            before = each.cpu_seconds()
            found = _post(each, body, wanted.seconds)
            rates[each.name].append(size * found["requests"] / found["seconds"])
            spent[each.name].append((each.cpu_seconds() - before) / found["requests"] * 1000)
    ours, theirs = median(rates[SERVER]), median(rates[CAPTURE_FLOOR])
    cpu = f"{median(spent[SERVER]):.2f} against {median(spent[CAPTURE_FLOOR]):.2f} ms of CPU"
    return (
        kind,
        f"events a second, {'single events' if size == 1 else f'batches of {size}'}",
        f"{ours:,.0f} against {theirs:,.0f}: {ours / theirs:.2f}; {cpu}",
        f"at least {_GOALS[size]}",
    )


def _while_results_are_computed(
    kind: str, server: Server, url: str, body: str, wanted: argparse.Namespace
) -> Row:
    alone, together = [], []
    for _ in range(wanted.rounds):
        alone.append(_post(server, body, wanted.seconds)["p99"])
        reader = _reader(url, wanted.seconds + 2)
        together.append(_post(server, body, wanted.seconds)["p99"])
        reader.wait()
    first, second = median(alone), median(together)
    return (
        kind,
        "p99 of capture, alone and while results are computed",
        f"{first:.1f} and {second:.1f} ms: {second / first:.1f}",
        f"at most {_LIMIT_OF_P99}",
    )


def _reader(url: str, seconds: float) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "bench.django_process", "bench.capture.reading", str(seconds)]
    return subprocess.Popen(  # noqa: S603 (nobody sends this command)
        command, cwd=ROOT, env=os.environ | {"DATABASE_URL": url}, stdout=subprocess.DEVNULL
    )


def _others(kind: str, server: Server, body: str, wanted: argparse.Namespace) -> Iterator[Row]:
    made, _etag = server.request(
        "POST", "/api/projects/@current/experiments/", '{"name": "E", "feature_flag_key": "e"}'
    )
    path = f"/api/projects/@current/experiments/{int(made.split(b':', 1)[1].split(b',')[0])}/"
    for method, change in (("GET", ""), ("PATCH", '{"description": "@MARK@"}')):
        alone, beside, arrived = [], [], []
        for _ in range(wanted.rounds):
            alone.append(_ask(server, method, path, change, wanted.seconds))
            with Stream(server.port, body) as stream:
                beside.append(_ask(server, method, path, change, wanted.seconds))
            arrived.append(stream.per_second)
        first, second = median(alone), median(beside)
        yield (
            kind,
            f"{method} of an experiment a second, alone and while 1,000 events a second arrive",
            f"{first:,.0f} and {second:,.0f}: {second / first:.2f}; {median(arrived):,.0f} arrived",
            "",
        )


def _post(server: Server, body: str, seconds: int) -> dict[str, float]:
    return _counted(server, "POST", "/batch/", body, seconds)


def _ask(server: Server, method: str, path: str, body: str, seconds: int) -> float:
    found = _counted(server, method, path, body, seconds)
    return found["requests"] / found["seconds"]


def _counted(server: Server, method: str, path: str, body: str, seconds: int) -> dict[str, float]:
    headers = ["-H", f"Authorization: Bearer {server.key}", "-H", "Content-Type: application/json"]
    command = ["-t1", "-c4", *headers, server.url, method, path, "1", "1", "mark", body]
    found = counted(command, seconds)
    if found["failed"] or not found["requests"]:
        sys.exit(f"{server.name} failed at {method} {path}: {found}")
    return found


def _manage(url: str, *arguments: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    environment = os.environ | {"DATABASE_URL": url}
    done = subprocess.run(  # noqa: S603 (nobody sends this command)
        command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout.strip()


@contextmanager
def _prepared(kind: str) -> Iterator[str]:
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="experiments-bench-") as folder:
            url = f"sqlite:///{Path(folder) / 'bench.sqlite3'}"
            _manage(url, "bootstrap")
            yield url
        return
    address = database(kind).server_url
    with psycopg.connect(f"{address}/postgres", autocommit=True) as administrator:
        administrator.execute(f"DROP DATABASE IF EXISTS {_NAME} WITH (FORCE)")
        administrator.execute(f"CREATE DATABASE {_NAME}")
        _manage(f"{address}/{_NAME}", "bootstrap")
        yield f"{address}/{_NAME}"
        administrator.execute(f"DROP DATABASE {_NAME} WITH (FORCE)")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench capture", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="per sample")
    kinds = ["postgresql", "sqlite"]
    parser.add_argument("--databases", nargs="+", choices=kinds, default=kinds)
    parser.add_argument("--port", type=int, default=8140, help="the first of two")
    return parser.parse_args()


if __name__ == "__main__":
    main()
