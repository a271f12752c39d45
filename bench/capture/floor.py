"""The bare program of capture: it parses, checks and inserts in one transaction, no more.

No framework, no encodings, no people or groups, no names of events; the same rows on the same disk.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import orjson
import psycopg

from core.identifiers import uuid7
from events.numbers import actor_number, event_key

_ADDRESS = urlsplit(os.environ["DATABASE_URL"])
_IS_POSTGRESQL = _ADDRESS.scheme.startswith("postgres")
_PLACE = "%s" if _IS_POSTGRESQL else "?"
_COLUMNS = "project_id, key, event, actor, distinct_id, ts, properties"
_ROW = f"({', '.join([_PLACE] * 7)})"

StartResponse = Callable[[str, list[tuple[str, str]]], object]


def application(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """Store the batch of a POST; greet a GET."""
    if environ["REQUEST_METHOD"] == "POST":
        _store(orjson.loads(environ["wsgi.input"].read()))
    body = b'{"status": "Ok"}'
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    start_response("200 OK", headers)
    return [body]


@cache
def _database() -> psycopg.Connection | sqlite3.Connection:
    if _IS_POSTGRESQL:
        return psycopg.connect(_ADDRESS.geturl(), autocommit=True, prepare_threshold=0)
    main = Path(_ADDRESS.path[1:])
    events = main.with_name(f"{main.stem}-events.sqlite3")
    connection = sqlite3.connect(events, isolation_level=None, timeout=20)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    return connection


@cache
def _projects() -> dict[str, int]:
    sql = "SELECT api_token, id FROM tenants_project"
    if _IS_POSTGRESQL:
        return dict(_database().execute(sql).fetchall())
    with sqlite3.connect(_ADDRESS.path[1:]) as main:
        return dict(main.execute(sql).fetchall())


def _store(body: dict[str, object]) -> None:
    project = _projects()[body["api_key"]]
    values = [value for event in body["batch"] for value in _row(project, event)]
    rows = ", ".join([_ROW] * len(body["batch"]))
    _database().execute(
        f"INSERT INTO events_event ({_COLUMNS}) VALUES {rows} ON CONFLICT DO NOTHING",  # noqa: S608
        values,
    )


def _row(project: int, event: dict[str, object]) -> tuple[object, ...]:
    name, distinct_id = event["event"], event["distinct_id"]
    if not isinstance(name, str) or not isinstance(distinct_id, str) or not distinct_id:
        raise ValueError("This is no event.")
    stated = event.get("timestamp")
    moment = datetime.fromisoformat(stated).timestamp() if stated else time.time()
    uuid = event.get("uuid") or str(uuid7())
    return (
        project,
        event_key(uuid, name, distinct_id),
        name,
        actor_number(distinct_id),
        distinct_id,
        round(moment * 1_000_000),
        orjson.dumps(event.get("properties", {})).decode(),
    )
