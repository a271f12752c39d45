"""Regular expressions, matched by RE2 in linear time."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Protocol

import re2

from property_filters.texts import Test, text_of
from property_filters.unicode_classes import with_unicode_classes

MAX_PATTERN_LENGTH = 10_000
# Wire quirk: patterns-are-short, see docs/quirks.md. So many, of so many characters together,
# compile in half a second.
MAX_PATTERNS = 100
MAX_PATTERNS_LENGTH = 10_000
# A larger program is refused, and a larger automaton is thrown away while matching.
_MAX_MEMORY_BYTES = 1 << 18
# Eight times `\w` for all of Unicode are so many characters; not many more fit into the memory.
_MAX_GROWTH = 1_000


class Pattern(Protocol):
    """A compiled regular expression."""

    @property
    def pattern(self) -> str: ...

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
    text = _pattern_text(wanted)
    return None if len(text) > MAX_PATTERN_LENGTH else _compiled(text)


def readable(wanted: object) -> str | None:
    """Return a pattern as RE2 reads it here; None for one that `compile_pattern` refuses."""
    pattern = compile_pattern(wanted)
    return None if pattern is None else pattern.pattern


def patterns_of(filters: Iterable[Mapping[str, object]]) -> list[str]:
    """Return the regular expressions of property filters."""
    asked = (each for each in filters if each.get("operator") in ("regex", "not_regex"))
    return [_pattern_text(each["value"]) for each in asked if each.get("value") is not None]


def are_too_many(patterns: list[str]) -> bool:
    """Tell whether compiling so many regular expressions takes too long."""
    return len(patterns) > MAX_PATTERNS or sum(map(len, patterns)) > MAX_PATTERNS_LENGTH


@lru_cache(maxsize=1024)
def _compiled(text: str) -> Pattern | None:
    # Wire quirk: patterns-are-re2, see docs/quirks.md.
    wider = with_unicode_classes(text)
    is_tried = text != wider and len(wider) <= len(text) + _MAX_GROWTH
    return (_compiled_by_re2(wider) if is_tried else None) or _compiled_by_re2(text)


def _compiled_by_re2(text: str) -> Pattern | None:
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


def _pattern_text(wanted: object) -> str:
    # Not cut, as texts that are compared are.
    return wanted if isinstance(wanted, str) else text_of(wanted)


def _searchable(value: object) -> bytes:
    # Bytes, since the binding would translate the places of a match in a text into characters.
    # Lone surrogates have no UTF-8, which RE2 reads.
    return text_of(value).encode("utf-8", "replace")
