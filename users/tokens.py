"""Random tokens: how they are made, hashed for keeping and masked for showing."""

import hashlib
import hmac
import os

KEY_PREFIX = "phx_"
OAUTH_PREFIX = "pha_"
SECRET_PREFIX = "phs_"  # noqa: S105 - how such a token begins, not one
_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def random_token(*, size: int) -> str:
    """Return that many random bytes as text."""
    return _spelled(os.urandom(size))


def new_key_value() -> str:
    """Return a fresh personal API key."""
    return KEY_PREFIX + random_token(size=35)


def new_secret_token() -> str:
    """Return a fresh secret token of a project."""
    return SECRET_PREFIX + random_token(size=35)


def derived_key_value(*, secret: str, purpose: str) -> str:
    """Return the key that belongs to this secret and purpose, always the same one."""
    digest = hmac.digest(secret.encode(), purpose.encode(), "sha512")
    return KEY_PREFIX + _spelled(digest[:35])


def hashed(value: str) -> str:
    """Return the only form in which a key is kept."""
    # A body can carry half a surrogate pair; such a key is unknown, not an error.
    digest = hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()
    return f"sha256${digest}"


def masked(value: str) -> str:
    """Return what may be shown of a key, so that its owner recognises it."""
    if len(value) < 16:
        return "********"
    return f"{value[:4]}...{value[-4:]}"


def _spelled(data: bytes) -> str:
    number, text = int.from_bytes(data), ""
    while number:
        number, digit = divmod(number, len(_ALPHABET))
        text = _ALPHABET[digit] + text
    return text
