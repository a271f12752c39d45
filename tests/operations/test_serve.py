"""The scheduler that bin/serve runs beside the server, with real processes."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.frontend.servers import KEY, running_api

WAIT_SECONDS = 120


@pytest.fixture
def database(monkeypatch):
    # The test's own database is none of the server's business.
    monkeypatch.delenv("DATABASE_URL", raising=False)


def test_serve__launch_is_planned__happens_by_itself(tmp_path, database):
    with running_api(tmp_path, {}) as api:
        soon = datetime.now(UTC) + timedelta(seconds=2)  # noqa: TID251
        planned = {
            "name": "Planned",
            "feature_flag_key": "planned",
            "scheduling_config": {"launch_at": soon.isoformat()},
        }
        identity = asked(api.port, "", planned)["id"]
        assert asked(api.port, f"{identity}/")["status"] == "draft"
    # It looks at once when it starts, and then every minute.
    time.sleep(2)
    with running_api(tmp_path, {}) as api:
        until(lambda: asked(api.port, f"{identity}/")["status"] == "running")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=["ended", "killed"])
def test_serve__ends__its_scheduler_ends_too(tmp_path, database, how):
    scheduler = None
    # The server that was killed is not there to be ended once more.
    with suppress(ProcessLookupError), running_api(tmp_path, {}) as api:
        until(lambda: scheduler_of(api.port) is not None)
        scheduler, server = scheduler_of(api.port)
        workers = children_of(server) - {scheduler}
        os.kill(server, how)
        until(lambda: not Path(f"/proc/{scheduler}").exists())
        # What a killed server leaves is none of the scheduler's business, but of this test's.
        for worker in workers:
            with suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)

    assert scheduler is not None


def test_serve__worker_has_grown_too_large__replaced_while_requests_go_on(tmp_path, database):
    limit = {"WORKER_MAX_MEMORY_MB": "1", "GRANIAN_RSS_SAMPLE_INTERVAL": "1"}
    with running_api(tmp_path, limit) as api:
        until(lambda: scheduler_of(api.port) is not None)
        scheduler, server = scheduler_of(api.port)
        first = children_of(server) - {scheduler}
        answered = []

        def replaced() -> bool:
            answered.append(asked(api.port, "")["count"])
            return bool(children_of(server)) and not first & children_of(server)

        until(replaced)
        asked(api.port, "")

    # An error or a connection that is reset would have ended it.
    assert len(answered) > 1


def test_serve__no_limit_of_memory__worker_stays(tmp_path, database):
    limit = {"WORKER_MAX_MEMORY_MB": "0", "GRANIAN_RSS_SAMPLE_INTERVAL": "1"}
    with running_api(tmp_path, limit) as api:
        until(lambda: scheduler_of(api.port) is not None)
        _, server = scheduler_of(api.port)
        first = children_of(server)
        time.sleep(3)

        assert children_of(server) == first


def asked(port: int, rest: str, body: dict | None = None) -> dict:
    request = Request(
        f"http://127.0.0.1:{port}/api/projects/@current/experiments/{rest}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"},
    )
    with urlopen(request, timeout=30) as answer:  # noqa: S310 (the server above)
        return json.load(answer)


def processes() -> list[tuple[int, int, str]]:
    """List all processes: id, id of the parent, command."""
    listed = subprocess.run(
        ["ps", "-ewwo", "pid,ppid,args"],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()[1:]
    found = [line.split(maxsplit=2) for line in listed]
    return [(int(pid), int(parent), command) for pid, parent, command in found]


def children_of(parent: int) -> set[int]:
    return {pid for pid, above, _ in processes() if above == parent}


def scheduler_of(port: int) -> tuple[int, int] | None:
    listed = processes()
    servers = {pid for pid, _, command in listed if f"--port {port} " in command}
    for pid, parent, command in listed:
        if parent in servers and command.endswith(f"run_scheduler --beside {parent}"):
            return pid, parent
    return None


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.2)
