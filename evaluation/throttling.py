"""How often a project's token may ask."""

from api.throttling import wait_of_token
from core.exceptions import APIException


class TokenRateLimited(APIException):
    """A 429: the token has been used too often."""

    status_code = 429
    default_code = "rate_limit_exceeded"
    exception_type = "validation_error"

    def __init__(self, *, wait: int) -> None:
        super().__init__(f"Too many requests with this token. Try again in {wait} seconds.")
        self.wait = wait


def count_request(*, token: str, project_id: int) -> None:
    """Count a request with a project's token.

    :raises TokenRateLimited: when it is one too many.
    """
    wait = wait_of_token(token, project_id=project_id)
    if wait:
        raise TokenRateLimited(wait=wait)
