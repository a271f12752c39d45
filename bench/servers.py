"""The programs that are compared, each behind the production server."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass

from bench.processes import cpu_seconds, family, memory_megabytes

SERVER, COLD_CACHE, FLOOR, ORDINARY = "server", "cold_cache", "floor", "ordinary"
WARM_AUTH = "warm_auth"
CAPTURE_FLOOR = "capture_floor"
FLAGS_FLOOR, FLAGS_COLD_CACHE = "flags_floor", "flags_cold_cache"
_TARGETS = {
    SERVER: "experiments_api.wsgi:application",
    COLD_CACHE: "bench.cold_cache_wsgi:application",
    FLOOR: "bench.floor:application",
    ORDINARY: "bench.ordinary_wsgi:application",
    WARM_AUTH: "bench.warm_auth_wsgi:application",
    CAPTURE_FLOOR: "bench.capture.floor:application",
    FLAGS_FLOOR: "bench.flags.floor:application",
    FLAGS_COLD_CACHE: "bench.flags.cold_cache_wsgi:application",
}
_PATIENCE = 60


@dataclass
class Server:
    """One of the programs, on a port of its own."""

    name: str
    port: int
    database_url: str
    key: str
    seconds_to_first_answer: float = 0
    megabytes_idle: float = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, path: str, workers: int = 2) -> None:
        """Start it and wait for its first answer at this path."""
        began = time.perf_counter()
        # The command of the container image.
        command = (
            f"{sys.executable} -m experiments_api.serve --interface wsgi"
            f" --workers {workers} --blocking-threads 1 --host 127.0.0.1 --port {self.port}"
            f" --no-ws --log-level warning {_TARGETS[self.name]}"
        )
        self._process = subprocess.Popen(  # noqa: S603 (nobody sends this command)
            command.split(),
            env=os.environ | {"DATABASE_URL": self.database_url},
        )
        while not self._answers(path):
            if self._process.poll() is not None or time.perf_counter() - began > _PATIENCE:
                sys.exit(f"{self.name} does not answer at {self.url}{path}.")
            time.sleep(0.002)
        self.seconds_to_first_answer = time.perf_counter() - began
        time.sleep(1)
        self.pids = family(self._process.pid)
        self.megabytes_idle = self.megabytes()

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def cpu_seconds(self) -> float:
        """Return the time it has computed so far."""
        return cpu_seconds(self.pids)

    def megabytes(self) -> float:
        """Return the memory of all its processes."""
        return memory_megabytes(self.pids)

    def request(self, method: str, path: str, body: str = "", **headers: str) -> tuple[bytes, str]:
        """Return the body and the ETag of an answer."""
        request = urllib.request.Request(  # noqa: S310 (the address is ours)
            self.url + path,
            method=method,
            data=body.encode() or None,
            headers={"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
            | {name.replace("_", "-"): value for name, value in headers.items()},
        )
        with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
            return response.read(), response.headers.get("ETag", "")

    def _answers(self, path: str) -> bool:
        try:
            self.request("GET", path)
        except (urllib.error.URLError, ConnectionError):
            return False
        return True
