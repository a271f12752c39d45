"""What an idempotency key looks like."""

import re

from core.exceptions import RuleBroken

_KEY = re.compile(r"[!-~]{1,255}")


class MalformedKey(RuleBroken):
    """Raised for a key that is empty, too long or not plain text."""

    default_detail = "Idempotency-Key must be 1 to 255 visible ASCII characters, such as a UUID."


def check_key(key: str) -> None:
    """Check that the key can be one.

    :raises MalformedKey: when it cannot.
    """
    if not _KEY.fullmatch(key):
        raise MalformedKey
