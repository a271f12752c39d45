"""Requests to the application as a server makes them, from the environment on."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any, NamedTuple
from unittest.mock import patch
from wsgiref.util import setup_testing_defaults

from django.core.signals import request_finished, request_started
from django.db import close_old_connections


class Unreadable(BytesIO):
    """A body whose client has gone."""

    def read(self, *_sizes: int | None) -> bytes:
        raise OSError("the client went away")


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def served(method: str, path: str, body: bytes = b"", **environ: Any) -> Answer:
    """Return what the served application answers."""
    from experiments_api.wsgi import application  # noqa: PLC0415

    place, _, query = path.partition("?")
    asked: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": place,
        "QUERY_STRING": query,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
        "HTTP_HOST": "localhost",
        **environ,
    }
    setup_testing_defaults(asked)
    started: list[Any] = []
    with _connections_kept():
        found = application(asked, lambda *told: started.extend(told))
        body = b"".join(found)
    return Answer(int(started[0][:3]), dict(started[1]), body)


@contextmanager
def _connections_kept() -> Iterator[None]:
    # As Django's test client does: a connection takes the transaction of the test with it.
    signals = request_started, request_finished
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        with patch("evaluation.wsgi.close_old_connections"):
            yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)
