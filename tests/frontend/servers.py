"""The real server, as bin/serve starts it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from bench.ports import free_port

ROOT = Path(__file__).parent.parent.parent
EMAIL, PASSWORD, KEY = "ada@example.com", "a long enough password", "phx_a_key_of_the_frontend_test"


@dataclass(frozen=True)
class API:
    """A running server: where it listens, keeps its data, and how it is set up."""

    port: int
    folder: Path
    settings: dict[str, str]

    @property
    def environment(self) -> dict[str, str]:
        own = {
            "PORT": str(self.port),
            "DATABASE_URL": f"sqlite:///{self.folder}/api.sqlite3",
            "EXPERIMENTS_API_KEY": KEY,
            "EXPERIMENTS_VENV": sys.prefix,
        }
        return dict(os.environ) | own | self.settings


@contextmanager
def running_api(folder: Path, settings: dict[str, str]) -> Iterator[API]:
    """Start bin/serve, wait until it is ready, and stop it in the end."""
    api = API(free_port(), folder, settings)
    log = folder / f"{api.port}.log"
    with log.open("w") as output:
        process = subprocess.Popen(  # noqa: S603 (a command of ours)
            [ROOT / "bin/serve"], cwd=ROOT, env=api.environment, stdout=output, stderr=output
        )
    try:
        _wait_until_ready(api, process, log)
        yield api
    finally:
        process.terminate()
        process.wait(timeout=10)


def create_user(api: API) -> None:
    """Make the person who logs in."""
    subprocess.run(  # noqa: S603 (a command of ours)
        [ROOT / "bin/manage", "create_user", EMAIL, "--password", PASSWORD],
        cwd=ROOT,
        env=api.environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def _wait_until_ready(api: API, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(900):
        assert process.poll() is None, log.read_text()
        try:
            with urlopen(f"http://127.0.0.1:{api.port}/_readyz", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"The server is not ready: {log.read_text()}")
