"""Stable numbers for texts: the same text has the same number in every process, for ever."""

from hashlib import blake2b, sha256

_EIGHT_BYTES = 8
# A double holds whole numbers exactly up to 53 bits, a bigint up to 63.
_VALUE_SHIFT, _ACTOR_SHIFT = 64 - 53, 64 - 63
_KEY_BYTES = 16
# Values of facts: a double holds their squares as well, and those of many added up. A database may
# refuse to compute what it does not hold.
SMALLEST_VALUE, LARGEST_VALUE = 1e-100, 1e100
# No actor: in the log of merges it stands for a change that concerns nobody's ids.
NOBODY = 0


def stable_number(text: str) -> int:
    """Return the 53-bit number of a text: the top bits of its SHA-256, as in ClickHouse."""
    return int.from_bytes(sha256(_encoded(text)).digest()[:_EIGHT_BYTES], "big") >> _VALUE_SHIFT


def actor_number(distinct_id: str) -> int:
    """Return the 63-bit number of a distinct id; two of 10 million ids share one with p = 5e-6."""
    return _hash(distinct_id) >> _ACTOR_SHIFT


def person_value(person: int) -> int:
    """Return the 53-bit number that stands for a person in the value of a fact."""
    return person >> (_VALUE_SHIFT - _ACTOR_SHIFT)


def event_key(uuid: str, event: str, distinct_id: str) -> bytes:
    """Return the 16 bytes by which a repeated event is recognised."""
    text = f"{uuid}\0{event}\0{distinct_id}"
    return blake2b(_encoded(text), digest_size=_KEY_BYTES).digest()


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(_encoded(text), digest_size=_EIGHT_BYTES).digest(), "big")


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
