"""What a server that is told to stop does with the requests it has begun."""

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection

import psycopg

from bench.reliability.server import Server

_HOLDOUTS = "/api/projects/@current/experiment_holdouts/"


def farewell(server: Server, *, database_url: str) -> dict[str, list[str]]:
    """Tell the server to stop while it answers a request, and return what is wrong, by truth."""
    statuses: list[int | str] = []
    asking = threading.Thread(target=lambda: statuses.append(_create(server)))
    with _writers_waiting(database_url):
        asking.start()
        time.sleep(1)
        server.terminate()
        time.sleep(1)
    asking.join(30)
    exit_status = server.ended()
    return {
        "what was begun is finished before the server stops": []
        if statuses == [201]
        else [f"answered {statuses}"],
        "the server stops in order": [] if exit_status == 0 else [f"exit status {exit_status}"],
        "a stopped server takes no requests": []
        if server.status_of("/_livez") is None
        else ["it answered"],
    }


def _create(server: Server) -> int | str:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    headers = {"Authorization": f"Bearer {server.key}", "Content-Type": "application/json"}
    try:
        connection.request("POST", _HOLDOUTS, json.dumps({"name": "last"}), headers)
        return connection.getresponse().status
    except OSError as error:
        return repr(error)


@contextmanager
def _writers_waiting(database_url: str) -> Iterator[None]:
    """Keep everybody else from writing holdouts."""
    if database_url.startswith("sqlite"):
        connection = sqlite3.connect(database_url.removeprefix("sqlite:///"))
        connection.execute("BEGIN IMMEDIATE")
    else:
        connection = psycopg.connect(database_url)
        connection.execute("LOCK TABLE holdouts_holdout IN SHARE MODE")
    yield
    connection.rollback()
    connection.close()
