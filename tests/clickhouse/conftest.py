"""The engine of ClickHouse: a server that CLICKHOUSE_URL names, or chDB behind its interface.

CHDB_PYTHON names the interpreter of an environment that has `chdb-core`; .ci/run makes one.
"""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from bench.ports import free_port
from events.clickhouse import client
from events.services import taxonomy
from events.stores import event_store
from tests.events.conftest import send, visitor  # noqa: F401
from tests.organizations.conftest import admin, edith  # noqa: F401
from tests.results.conftest import ask, capture, mini, unvisited  # noqa: F401

REASON = "no ClickHouse: name a server in CLICKHOUSE_URL, or a Python with chdb-core in CHDB_PYTHON"


@pytest.fixture(scope="session")
def clickhouse_url() -> Iterator[str]:
    """The URL of a database for these tests, on a server that answers."""
    named, python = os.environ.get("CLICKHOUSE_URL"), os.environ.get("CHDB_PYTHON")
    if named:
        yield named
        return
    if not python:
        pytest.skip(REASON)
    port = free_port()
    program = Path(__file__).with_name("chdb_server.py")
    with subprocess.Popen([python, str(program), str(port)]) as server:  # noqa: S603
        try:
            _wait_for(port, server)
            yield f"clickhouse://127.0.0.1:{port}/experiments_tests?compress=gzip"
        finally:
            server.kill()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("chDB did not start.")


@pytest.fixture(scope="session")
def _tables(clickhouse_url: str) -> None:
    before = django_settings.EVENTS_URL
    django_settings.EVENTS_URL = clickhouse_url
    event_store().prepare()
    django_settings.EVENTS_URL = before


@pytest.fixture(autouse=True)
def _clickhouse(_tables: None, clickhouse_url: str, settings: object) -> None:
    # Events are kept there, and there are none yet.
    settings.EVENTS_URL = clickhouse_url
    for table in ("events", "person_ids", "persons"):
        client.command(f"TRUNCATE TABLE {table}")
    taxonomy.noted.clear()
