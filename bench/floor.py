"""The bare program: no framework, no authentication, one statement and a compiled function.

It answers what the server answers, as fast as Python can. Its write does the row changes of the
server's write and nothing else: it judges nothing and asks nobody.
"""

import os
import sqlite3
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cache
from urllib.parse import parse_qs, urlsplit

import orjson
import psycopg

from bench.documents import VIEWER
from bench.floor_rows import Values, document
from bench.floor_sql import statements

_ADDRESS = urlsplit(os.environ["DATABASE_URL"])
_IS_POSTGRESQL = _ADDRESS.scheme.startswith("postgres")
_SQL = statements(is_postgresql=_IS_POSTGRESQL)
_VALUES = Values(viewer=VIEWER, is_postgresql=_IS_POSTGRESQL)

Row = tuple[object, ...]
StartResponse = Callable[[str, list[tuple[str, str]]], object]


@cache
def database() -> psycopg.Connection | sqlite3.Connection:
    """Return the one connection of this process."""
    if _IS_POSTGRESQL:
        connection = psycopg.connect(_ADDRESS.geturl(), autocommit=True, prepare_threshold=0)
        connection.execute("SET TIME ZONE 'UTC'")
        return connection
    connection = sqlite3.connect(_ADDRESS.path[1:], isolation_level=None, timeout=20)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    return connection


def application(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """Answer `/api/projects/<id>/experiments/[<id>/]`."""
    parts = environ["PATH_INFO"].split("/")
    project, reference, method = int(parts[3]), parts[5], environ["REQUEST_METHOD"]
    status = "200 OK"
    if method == "POST":
        status, body = "201 Created", create(project, orjson.loads(environ["wsgi.input"].read()))
    elif method == "PATCH":
        body = patch(project, int(reference), orjson.loads(environ["wsgi.input"].read()))
    elif reference:
        body = retrieve(project, int(reference))
    else:
        body = listed(project, parse_qs(environ["QUERY_STRING"]))
    start_response(
        status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    )
    return [body]


def listed(project: int, query: dict[str, list[str]]) -> bytes:
    """Return a page of the newest experiments."""
    limit, offset = int(query.get("limit", ["100"])[0]), int(query.get("offset", ["0"])[0])
    rows = database().execute(_SQL["list"], (project, project, limit, offset)).fetchall()
    count = rows[0][0]
    url = f"http://127.0.0.1/api/projects/{project}/experiments/?limit={limit}"
    return orjson.dumps(
        {
            "count": count,
            "next": f"{url}&offset={offset + limit}" if offset + limit < count else None,
            "previous": f"{url}&offset={max(offset - limit, 0)}" if offset else None,
            "results": [document(row, _VALUES) for row in rows],
        },
        option=orjson.OPT_UTC_Z,
    )


def retrieve(project: int, experiment: int) -> bytes:
    """Return one experiment."""
    row = database().execute(_SQL["retrieve"], (project, experiment)).fetchone()
    return orjson.dumps(document(row, _VALUES), option=orjson.OPT_UTC_Z)


def patch(project: int, experiment: int, body: dict[str, object]) -> bytes:
    """Change the description, note it in the history and read the experiment back."""
    execute, now = database().execute, _now()
    execute("BEGIN" if _IS_POSTGRESQL else "BEGIN IMMEDIATE")
    name = execute(_SQL["patch"], (body["description"], now, project, experiment)).fetchone()[0]
    _note(project, "updated", "Experiment", experiment, name, now)
    shown = retrieve(project, experiment)
    execute("COMMIT")
    return shown


def create(project: int, body: dict[str, object]) -> bytes:
    """Make a flag and an experiment on it, note both and read the experiment back."""
    execute, now, key = database().execute, _now(), body["feature_flag_key"]
    execute("BEGIN" if _IS_POSTGRESQL else "BEGIN IMMEDIATE")
    flag = execute(_SQL["flag"], _flag(project, body, now)).fetchone()[0]
    _note(project, "created", "FeatureFlag", flag, key, now)
    experiment = execute(_SQL["experiment"], _experiment(project, body, flag, now)).fetchone()[0]
    _note(project, "created", "Experiment", experiment, body["name"], now)
    shown = retrieve(project, experiment)
    execute("COMMIT")
    return shown


def _flag(project: int, body: dict[str, object], now: object) -> Row:
    filters = {
        "groups": [
            {"properties": [], "rollout_percentage": 100, "aggregation_group_type_index": None}
        ],
        "multivariate": {"variants": body["parameters"]["feature_flag_variants"]},
        "aggregation_group_type_index": None,
        "holdout": None,
    }
    name = f"Feature Flag for Experiment {body['name']}"
    fixed = (False, False, 1, False, False, "all", "distinct_id", "[]", "[]", "experiments")
    key = body["feature_flag_key"]
    return (project, key, name, _text(filters), *fixed, VIEWER, VIEWER, now, now)


def _experiment(project: int, body: dict[str, object], flag: int, now: object) -> Row:
    head = (project, body["name"], body["description"], "product", "draft", False, False, flag)
    stamped = [metric | {"fingerprint": "0" * 64} for metric in body["metrics"]]
    uuids = [metric["uuid"] for metric in body["metrics"]]
    documents = (body["parameters"], {}, stamped, [], [], body["exposure_criteria"])
    lists = (body["stats_config"], uuids, [])
    return (*head, VIEWER, *map(_text, documents), *map(_text, lists), False, now, now)


def _note(project: int, activity: str, subject: str, item: int, name: object, now: object) -> None:
    detail = {"name": name, "short_id": None, "type": None, "trigger": None, "changes": None}
    identity = uuid.uuid4()
    database().execute(
        _SQL["history"],
        (
            identity if _IS_POSTGRESQL else identity.hex,
            *(project, VIEWER, False, False, activity, subject, subject),
            *(str(item), _text(detail), now),
        ),
    )


def _text(document: object) -> str:
    return orjson.dumps(document).decode()


def _now() -> object:
    now = datetime.now(UTC)  # noqa: TID251 (nothing else here could tell the time)
    return now if _IS_POSTGRESQL else now.replace(tzinfo=None).isoformat(" ")
