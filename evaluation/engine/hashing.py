"""The hash that decides about rollouts, variants and holdouts."""

from hashlib import sha1
from struct import Struct

# The server hashes no more of an identifier than this many code points.
MAX_IDENTIFIER_LENGTH = 200

HOLDOUT_PREFIX = b"holdout-"
VARIANT_SALT = b"variant"

# 15 hexadecimal digits; as a double exactly 2 ** 60. Integers would be divided without the
# rounding to doubles that comes first everywhere else.
_SCALE = float(0xFFFFFFFFFFFFFFF)
_first_eight_bytes = Struct(">Q").unpack_from


def fraction(text: bytes) -> float:
    """Return the hash of a text as a double between 0 and 1: 60 bits of its SHA-1."""
    number: int = _first_eight_bytes(sha1(text).digest())[0] >> 4  # noqa: S324 - it only spreads
    return number / _SCALE


def prefix_of(flag_key: str) -> bytes:
    """Return what stands before the identifier when a flag's rollout or variant is hashed."""
    return identifier_of(flag_key, length=None) + b"."


def identifier_of(text: str, *, length: int | None = MAX_IDENTIFIER_LENGTH) -> bytes:
    """Return an identifier as the bytes that are hashed, cut to its first code points."""
    return text[:length].encode("utf-8", "surrogatepass")
