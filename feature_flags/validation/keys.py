"""What a flag's key must be."""

import re

from core.exceptions import RuleBroken

MAX_KEY_LENGTH = 400
_KEY = re.compile(r"[A-Za-z0-9_-]+")


def check_key(key: str) -> None:
    """Check the form of a flag key.

    :raises RuleBroken: with code `invalid_key` or `max_length`.
    """
    if len(key) > MAX_KEY_LENGTH:
        raise RuleBroken(
            f"Ensure this field has no more than {MAX_KEY_LENGTH} characters.",
            attr="key",
            code="max_length",
        )
    if not _KEY.fullmatch(key):
        raise RuleBroken(
            "A feature flag key may contain only letters, digits, hyphens and underscores.",
            attr="key",
            code="invalid_key",
        )
