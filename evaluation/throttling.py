"""How often tokens and keys may ask for flags and for their definitions."""

from api.throttling import DEFINITIONS, RateLimit, wait_of_reader, wait_of_token
from core.exceptions import APIException, Throttled


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


def count_reading(*, secure_value: str, project_id: int, what: str = DEFINITIONS) -> None:
    """Count a request for definitions, or for a payload, with a personal key or a secret token.

    :raises Throttled: when it is one too many.
    """
    wait = wait_of_reader(secure_value, project_id=project_id, what=what)
    if wait:
        raise Throttled(wait)


def count_secret_key(*, secure_value: str, project_id: int) -> None:
    """Count a request with a secret API key of a project.

    :raises Throttled: when it is one too many, of the key or of all keys of the project.
    """
    limit = RateLimit()
    if not limit.allow_key(secure_value, project_id=project_id, is_secret=True):
        raise Throttled(limit.wait())
