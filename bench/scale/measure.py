"""Asks both projects for the same things, in a process with Django, and says what each took."""

import json
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from api import response_cache
from bench.scale import writes
from bench.scale.lines import Line, lines

_TIMES = 2
World = Mapping[str, Any]


def main(text: str, pattern: str = "") -> list[dict[str, object]]:
    """Measure each line whose title has the pattern in it; `text` is what filling has told."""
    worlds: dict[str, World] = json.loads(text)
    settings.ALLOWED_HOSTS = ["*"]
    measured = []
    for line in lines():
        if pattern in line.title and (found := _measured(line, worlds)):
            sys.stderr.write(json.dumps(found) + "\n")
            measured.append(found)
    if not pattern:
        measured += writes.measured(worlds)
    return measured


def _measured(line: Line, worlds: Mapping[str, World]) -> dict[str, object] | None:
    sizes = ("small", "big")
    clients = {size: _client(worlds[size][line.caller]) for size in sizes}
    urls = {size: line.url_in(worlds[size]) for size in sizes}
    if any(clients[size].get(urls[size]).status_code >= 400 for size in sizes):
        # Such as what has no rows here.
        return None
    took = {size: {"cold": [], "cached": []} for size in sizes}
    for _ in range(_TIMES):
        for size in sizes:
            with _cold():
                took[size]["cold"].append(_seconds(clients[size], urls[size]))
            clients[size].get(urls[size])
            took[size]["cached"].append(_seconds(clients[size], urls[size]))
    found: dict[str, object] = {"line": line.title, "statements": _statements(clients, urls)}
    for kind in ("cold", "cached"):
        found[kind] = {size: round(min(took[size][kind]) * 1000, 2) for size in sizes}
    return found


def _clock() -> float:
    # SQLite computes in this process, and other programs' work does not count then.
    return time.process_time() if connection.vendor == "sqlite" else time.perf_counter()


def _client(key: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {key}"}, raise_request_exception=False)


@contextmanager
def _cold() -> Iterator[None]:
    response_cache._cache.clear()  # noqa: SLF001
    yield
    response_cache._cache.clear()  # noqa: SLF001


def _seconds(client: Client, url: str) -> float:
    began = _clock()
    response = client.get(url)
    took = _clock() - began
    if response.status_code != 200:
        raise RuntimeError(f"{url}: {response.status_code} {response.content[:300]!r}")
    return took


def _statements(clients: Mapping[str, Client], urls: Mapping[str, str]) -> dict[str, int]:
    counted = {}
    for size, client in clients.items():
        with _cold(), CaptureQueriesContext(connection) as queries:
            client.get(urls[size])
        counted[size] = len(queries)
    return counted
