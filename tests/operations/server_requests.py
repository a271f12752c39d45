"""Requests to a real server, one connection each, so that any worker may answer."""

import json
from dataclasses import dataclass
from http.client import HTTPConnection

from bench.reliability.server import Server


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    text: str


def ask(
    server: Server,
    method: str,
    path: str,
    body: object = None,
    *,
    headers: dict[str, str] | None = None,
) -> Answer:
    """Ask the server once; a body that is no text is sent as JSON."""
    sent = {"Content-Type": "application/json"} | (headers or {})
    data = body if body is None or isinstance(body, str) else json.dumps(body)
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        connection.request(method, path, data, sent)
        response = connection.getresponse()
        return Answer(response.status, dict(response.getheaders()), response.read().decode())
    finally:
        connection.close()


def bearer(key: str) -> dict[str, str]:
    """Return the header that carries a key."""
    return {"Authorization": f"Bearer {key}"}
