"""One load of requests, by wrk."""

import json
import re
import resource
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

from bench.databases import Database
from bench.operations import PATCH, WORKING_SET, Filled, Operation
from bench.processes import busy_seconds
from bench.servers import Server

_SCRIPT = Path(__file__).with_name("load.lua")
# Stands for a text that no other run has.
_RUN = "@RUN@"


@dataclass(frozen=True)
class Sample:
    """What one load showed."""

    per_second: float
    p50: float
    p99: float
    app_milliseconds: float
    database_milliseconds: float
    # The share of the machine that was neither ours nor idle.
    disturbance: float


def require_wrk() -> None:
    """End with advice when wrk is not installed."""
    if shutil.which("wrk") is None:
        sys.exit("wrk is missing. Install it, for example: apt install wrk")


def counted(arguments: list[str], seconds: int) -> dict[str, float]:
    """Run wrk with these arguments and return what load.lua counted."""
    command = ["wrk", f"-d{seconds}s", "--timeout", "60s", "-s", str(_SCRIPT), *arguments]
    output = subprocess.run(  # noqa: S603 (nobody sends this command)
        command, capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r"RESULT (.*)", output)
    return json.loads(found[1]) if found else {"failed": 1, "requests": 0}


def load(
    server: Server,
    operation: Operation,
    filled: Filled,
    database: Database,
    *,
    seconds: int,
    connections: int,
    etag: str = "",
) -> Sample:
    """Send requests one after another on each connection and return what happened."""
    headers = {"Authorization": f"Bearer {filled.key}"}
    if operation.body or operation.reads_per_write:
        headers["Content-Type"] = "application/json"
    if etag:
        headers["If-None-Match"] = etag
    command = ["-t1", f"-c{connections}"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    newest = filled.first_ids[operation.project] + filled.sizes[operation.project] - WORKING_SET
    command += [server.url, operation.method, operation.path_in(filled), str(newest)]
    command += [str(WORKING_SET), f"{server.name}-{_RUN}", operation.body]
    write = replace(PATCH, project=operation.project)
    command += [str(operation.reads_per_write), write.path_in(filled), write.body]
    result, spent = _run(command, seconds, (server, database))
    if not result["requests"] and not result["failed"]:
        # On a machine this busy nothing was answered in time.
        result, spent = _run(command, seconds * 10, (server, database))
    if result["failed"] or not result["requests"]:
        sys.exit(f"{server.name} failed at {operation.title}: {result}")
    app, rows, wrk, busy, elapsed = spent
    return Sample(
        per_second=result["requests"] / result["seconds"],
        p50=result["p50"],
        p99=result["p99"],
        app_milliseconds=app / result["requests"] * 1000,
        database_milliseconds=rows / result["requests"] * 1000,
        disturbance=max(busy - app - rows - wrk, 0) / elapsed / _processors(),
    )


def _run(
    command: list[str], seconds: int, spenders: tuple[Server, Database]
) -> tuple[dict[str, float], list[float]]:
    # What a run before this one has sent may be carried out although it saw no answer.
    run = f"{time.time_ns():x}"
    before = _clocks(*spenders)
    result = counted([each.replace(_RUN, run) for each in command], seconds)
    spent = [late - early for early, late in zip(before, _clocks(*spenders), strict=True)]
    return result, spent


def _clocks(server: Server, database: Database) -> list[float]:
    return [
        server.cpu_seconds(),
        database.cpu_seconds(),
        _wrk_seconds(),
        busy_seconds(),
        time.perf_counter(),
    ]


def _wrk_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _processors() -> int:
    return len(re.findall(r"^cpu\d", Path("/proc/stat").read_text(), re.MULTILINE))
