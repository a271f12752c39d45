"""The real server: granian with its workers, and what can be done to them."""

import os
import signal
import subprocess
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from bench.ports import free_port
from bench.reliability.cluster import processes_below

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 60.0


class Server:
    """Serves a database of its own, prepared as an operator does it."""

    def __init__(self, *, database_url: str, workers: int, log: Path, **variables: str) -> None:
        self.port = free_port()
        self.log = log
        self.database_url = database_url
        self.secret = "the-secret-of-this-run"  # noqa: S105
        self._workers = workers
        self._environment = os.environ | {
            "DATABASE_URL": database_url,
            "SECRET_KEY": self.secret,
            "PYTHONPATH": str(ROOT),
            **variables,
        }
        # Another server of this process may have left it.
        self._environment.pop("PROMETHEUS_MULTIPROC_DIR", None)
        self._process: subprocess.Popen[bytes] | None = None
        self.key = self.manage("bootstrap").strip()

    @property
    def pid(self) -> int:
        """Return the id of the process that watches the workers."""
        assert self._process is not None
        return self._process.pid

    def manage(self, *arguments: str) -> str:
        """Run a management command and return what it prints."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self._environment, check=True, stdout=subprocess.PIPE, text=True
        )
        return done.stdout

    def start(self) -> None:
        """Start it as the container does, and wait until it is ready."""
        command = [
            *(sys.executable, "-m", "experiments_api.serve", "--interface", "wsgi"),
            *("--workers", str(self._workers), "--blocking-threads", "1"),
            *("--host", "127.0.0.1", "--port", str(self.port), "--no-ws"),
            *("--backlog", "4096", "--backpressure", "16384"),
            *("--log-level", "warning", "--respawn-failed-workers"),
            *("--workers-kill-timeout", "30", "experiments_api.wsgi:application"),
        ]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=self._environment, stdout=log, stderr=log
            )
        self.wait_until_ready()

    def wait_until_ready(self) -> float:
        """Wait until the server says that it is ready and return how long that took."""
        start = time.monotonic()
        while time.monotonic() - start < PATIENCE:
            if self.status_of("/_readyz") == 200:
                return time.monotonic() - start
            time.sleep(0.1)
        raise TimeoutError(f"The server is not ready. Its log:\n{self.log.read_text()[-4000:]}")

    def status_of(self, path: str, **headers: str) -> int | None:
        """Return the status of an answer, or None when there is none."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path, headers=headers)
            return connection.getresponse().status
        except (OSError, HTTPException):
            return None
        finally:
            connection.close()

    def workers(self) -> list[int]:
        """Return the ids of the processes that answer requests."""
        return processes_below(self.pid)

    def kill_worker(self, number: int) -> bool:
        """Kill one of the workers, counted by age, and tell whether there was one."""
        workers = self.workers()
        if not workers:
            return False
        os.kill(workers[number % len(workers)], signal.SIGKILL)
        return True

    def terminate(self) -> None:
        """Ask it to finish."""
        os.kill(self.pid, signal.SIGTERM)

    def ended(self) -> int:
        """Wait for its end and return its exit status."""
        assert self._process is not None
        return self._process.wait(PATIENCE)

    def is_running(self) -> bool:
        """Tell whether the process that was started is the one that runs."""
        return self._process is not None and self._process.poll() is None

    def remove(self) -> None:
        """End it, whatever it does."""
        if self.is_running():
            children = self.workers()
            os.kill(self.pid, signal.SIGKILL)
            for pid in children:
                os.kill(pid, signal.SIGKILL)
            self.ended()
