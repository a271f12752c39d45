"""What tests of access say about a refusal."""

from rest_framework.response import Response

from tests.assertions import assert_error


def assert_too_low(response: Response, wanted: str = "editor") -> None:
    """Check that the level was too low for what was asked."""
    assert_error(response, 403, "permission_denied")
    assert response.json()["type"] == "authentication_error"
    assert response.json()["detail"] == f"You do not have {wanted} access to this resource."
