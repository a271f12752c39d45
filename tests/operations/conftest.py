"""A real server that tells all it can: two workers, every log line, metrics."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.reliability.server import Server

METRICS_TOKEN = "token-that-opens-the-metrics"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("server")
    running = Server(
        database_url=f"sqlite:///{folder / 'server.sqlite3'}",
        workers=2,
        log=folder / "log",
        LOG_LEVEL="DEBUG",
        LOG_FORMAT="json",
        METRICS_TOKEN=METRICS_TOKEN,
        METRICS_FOLDER=str(folder / "metrics"),
    )
    try:
        running.start()
        yield running
    finally:
        running.remove()
