"""Counts the queries of each request of the cold_cache server, in a process with Django."""

import json
import os

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from api.response_cache import CachedResponseMixin
from bench.operations import READS, WRITES, Filled, Operation


def main(text: str) -> dict[str, int]:
    """Ask twice for each operation and return the number of queries of the second time."""
    # As in `bench.cold_cache_wsgi`.
    del CachedResponseMixin.dispatch
    filled = Filled(**json.loads(text))
    client = Client(headers={"Authorization": f"Bearer {filled.key}"}, SERVER_NAME="localhost")
    return {operation.name: _queries(client, operation, filled) for operation in [*READS, *WRITES]}


def _queries(client: Client, operation: Operation, filled: Filled) -> int:
    first = _send(client, operation, filled, mark="first")
    headers = {"If-None-Match": first.headers["ETag"]} if operation.beside else {}
    with CaptureQueriesContext(connection) as queries:
        second = _send(client, operation, filled, mark="second", headers=headers)
    expected = 304 if operation.beside else first.status_code
    if second.status_code != expected:
        raise RuntimeError(f"{operation.title}: {second.status_code} {second.content!r}")
    if os.environ.get("BENCH_SHOW_QUERIES"):
        print(operation.title, *(query["sql"][:300] for query in queries), sep="\n  ")  # noqa: T201
    return len(queries)


def _send(
    client: Client, operation: Operation, filled: Filled, *, mark: str, **options: object
) -> HttpResponse:
    path = operation.path_in(filled).replace("@ID@", str(filled.first_ids[operation.project]))
    return client.generic(
        operation.method,
        path,
        operation.body.replace("@MARK@", f"queries-{mark}"),
        content_type="application/json",
        **options,
    )
