"""What many tests say about a response."""

from rest_framework.response import Response


def assert_error(response: Response, status: int, code: str, attr: str | None = None) -> None:
    """Check the status and the error object, member by member."""
    assert response.status_code == status, response.content
    body = response.json()
    assert list(body) == ["type", "code", "detail", "attr"]
    assert (body["code"], body["attr"]) == (code, attr), body
    assert body["detail"]


def assert_invalid(response: Response, attr: str | None, code: str = "invalid_input") -> None:
    """Check that the request was refused as invalid because of this field."""
    assert_error(response, 400, code, attr)
    assert response.json()["type"] == "validation_error"
