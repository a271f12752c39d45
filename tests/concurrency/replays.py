"""Telling a stored answer from a fresh one."""

from rest_framework.response import Response

KEY = {"Idempotency-Key": "b6d1a1c8-6f9c-4a5e-9d3b-0f4e1c2d3a4b"}
REPLAYED = "Idempotent-Replayed"


def assert_replayed(response: Response, first: Response) -> None:
    """Check that this is the first answer again, and says so."""
    assert (response.status_code, response.content) == (first.status_code, first.content)
    for header in ("Content-Type", "ETag"):
        assert response.headers.get(header) == first.headers.get(header)
    assert response.headers[REPLAYED] == "true"
    assert REPLAYED not in first.headers
