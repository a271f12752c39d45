"""Regular expressions, matched by RE2 in linear time."""

from functools import lru_cache
from typing import Protocol

import re2

from property_filters.texts import Test, text_of

MAX_PATTERN_LENGTH = 10_000
# A larger program is refused, and a larger automaton is thrown away while matching.
_MAX_MEMORY_BYTES = 1 << 18


class Pattern(Protocol):
    """A compiled regular expression."""

    def search(self, text: bytes) -> object | None: ...


def search(wanted: object) -> Test:
    """Return a test that finds the pattern anywhere in a text; unreadable ones find nothing."""
    pattern = compile_pattern(wanted)
    if pattern is None:
        return lambda _: False
    return lambda value: pattern.search(_searchable(value)) is not None


def search_none(wanted: object) -> Test:
    """Return a test that is met by texts without the pattern; by none if it is unreadable."""
    pattern = compile_pattern(wanted)
    if pattern is None:
        return lambda _: False
    return lambda value: pattern.search(_searchable(value)) is None


def compile_pattern(wanted: object) -> Pattern | None:
    """Return the compiled pattern; None for one that is too long or that RE2 refuses."""
    text = wanted if isinstance(wanted, str) else text_of(wanted)
    return None if len(text) > MAX_PATTERN_LENGTH else _compiled(text)


@lru_cache(maxsize=1024)
def _compiled(text: str) -> Pattern | None:
    options = re2.Options()
    options.max_mem = _MAX_MEMORY_BYTES
    options.log_errors = False
    # Nobody asks which group matched what.
    options.never_capture = True
    try:
        compiled: Pattern = re2.compile(text, options)
    except (re2.error, UnicodeEncodeError):
        return None
    return compiled


def _searchable(value: object) -> bytes:
    # Bytes, since the binding would translate the places of a match in a text into characters.
    # Lone surrogates have no UTF-8, which RE2 reads.
    return text_of(value).encode("utf-8", "replace")
