"""Measuring how flags are served: the programs in turn, and whether every worker follows."""

import json
import os
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.databases import KEPT, Database, in_django
from bench.flags import evaluator
from bench.flags.lines import LINES, Line, Told
from bench.servers import FLAGS_COLD_CACHE, FLAGS_FLOOR, SERVER, Server
from bench.wrk import counted

_SIZES = ("100", "1", "1000")


@dataclass
class FlagResult:
    """What was measured on one kind of database."""

    kind: str
    samples: dict[tuple[str, str], list[dict[str, float]]] = field(default_factory=dict)
    microseconds: float = 0
    megabytes: float = 0

    def per_second(self, program: str, line: str) -> float | None:
        """Return the median of the answers a second."""
        found = self.samples.get((program, line))
        return statistics.median(each["requests"] / each["seconds"] for each in found or []) or None

    def milliseconds(self, program: str, line: str, name: str) -> float:
        """Return the median of a percentile, `p50` or `p99`, or of the processor time, `cpu`."""
        return statistics.median(each[name] for each in self.samples[(program, line)])

    def cpu_ratio(self, line: Line) -> float | None:
        """Return how many times as many answers the server gives for the same processor time."""
        other = _other(line)
        if other not in self.samples or line.program != SERVER:
            return None
        return self.milliseconds(*other, "cpu") / self.milliseconds(SERVER, line.name, "cpu")

    def ratio(self, line: Line) -> float | None:
        """Return how many times as many answers as the other one gives the server gives."""
        other = _other(line)
        if other not in self.samples or line.program != SERVER:
            return None
        return self.per_second(SERVER, line.name) / self.per_second(*other)


def _other(line: Line) -> tuple[str, str]:
    beside = next((each for each in LINES if each.name == line.beside), None)
    return (beside.program, beside.name) if beside else (FLAGS_FLOOR, line.name)


def measured(kind: str, source: Database, *, rounds: int, seconds: int, port: int) -> FlagResult:
    """Measure all lines on one kind of database."""
    result = FlagResult(kind)
    with source.empty("experiments_bench_flags") as url:
        told = in_django("bench.flags.fill", *_SIZES, database_url=url)
        place = KEPT / f"flags-{kind}.json"
        place.write_text(json.dumps(told))
        result.microseconds = evaluator.microseconds(str(place), told["projects"][0]["token"])
        with _running(url, place, told, port) as servers:
            _check_equal(servers[SERVER], servers[FLAGS_FLOOR], told)
            _check_followed(servers[SERVER], told)
            for line in LINES:
                _measure(line, result, servers, told, (rounds, seconds))
            result.megabytes = servers[SERVER].megabytes()
    return result


def _measure(
    line: Line,
    result: FlagResult,
    servers: dict[str, Server],
    told: Told,
    plan: tuple[int, int],
) -> None:
    rounds, seconds = plan
    able = [servers[line.program]] + ([servers[FLAGS_FLOOR]] if line.has_floor else [])
    for number in range(rounds):
        turn = number % len(able)
        for server in able[turn:] + able[:turn]:
            sample = _load(line, server, told, seconds)
            result.samples.setdefault((server.name, line.name), []).append(sample)
    sys.stderr.write(f"  {line.title}: {rounds} rounds\n")


def _load(line: Line, server: Server, told: Told, seconds: int) -> dict[str, float]:
    project = _project(told, line.flags)
    headers = {"Content-Type": "application/json"}
    path = line.path(project["token"])
    if line.is_definitions:
        headers = {"Authorization": f"Bearer {told['key']}"}
        _, etag = server.request("GET", path)
        headers |= {"If-None-Match": etag} if line.beside else {}
    options = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    method = "GET" if line.is_definitions else "POST"
    mark = f"{time.time_ns():x}"
    arguments = [server.url, method, path, "1", "100000", mark, line.body(project)]
    before = server.cpu_seconds()
    found = counted(["-t1", "-c8", *options, *arguments], seconds)
    if found["failed"] or not found["requests"]:
        sys.exit(f"{server.name} failed at {line.title}: {found}")
    spent = (server.cpu_seconds() - before) / found["requests"]
    return found | {"cpu": spent * 1000}


@contextmanager
def _running(url: str, place: Path, told: Told, port: int) -> Iterator[dict[str, Server]]:
    os.environ["BENCH_FLAGS"] = str(place)
    started: dict[str, Server] = {}
    try:
        for number, name in enumerate((SERVER, FLAGS_FLOOR, FLAGS_COLD_CACHE)):
            started[name] = Server(name, port + number, url, told["key"])
            started[name].start("/flags/?v=2")
        yield started
    finally:
        for server in started.values():
            server.stop()


def _check_equal(server: Server, floor: Server, told: Told) -> None:
    for line in LINES:
        if not line.has_floor:
            continue
        project = _project(told, line.flags)
        body = line.body(project).replace("@ID@", "7")
        ours, bare = (
            json.loads(each.request("POST", line.path(""), body)[0])["flags"]
            for each in (server, floor)
        )
        if ours != bare:
            sys.exit(f"{line.title}: the server and the floor differ.")


def _check_followed(server: Server, told: Told) -> None:
    """End with an explanation when a worker answers with flags of before a change."""
    project = _project(told, 1)
    path, [flag] = f"/api/projects/{project['id']}/feature_flags/", project["flags"]
    line = next(line for line in LINES if line.name == "flags_1")
    for is_on in (False, True):
        server.request("PATCH", f"{path}{flag['id']}/", json.dumps({"active": is_on}))
        for number in range(40):
            body = line.body(project).replace("@ID@", str(number))
            answer = json.loads(server.request("POST", "/flags/?v=2", body)[0])
            if bool(answer["flags"]) != is_on:
                sys.exit("A worker has not noticed that a flag was changed.")


def _project(told: Told, size: int) -> Told:
    return told["projects"][_SIZES.index(str(size))]
