"""Comparisons of texts: equality, substrings, beginnings and ends."""

import re
from collections.abc import Callable

import orjson

# Only the beginning of a longer text is compared, so that no value makes a filter slow.
# Wire quirk: long-texts-are-cut, see docs/quirks.md.
MAX_TEXT_LENGTH = 8192

# Databases keep the keys of an object in different orders.
_JSON_OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_SORT_KEYS
# The text of what is nested too deep to have one.
_TOO_DEEP = "…"

# `true` alone, or lists of nothing else.
TRUE = r'(?i)(?:[\[\],]|true|"true")+'
_TRUE = re.compile(TRUE)

Test = Callable[[object], bool]


def text_of(value: object) -> str:
    """Return a value as text: a text as it is, anything else as compact JSON with sorted keys."""
    if type(value) is not str:
        value = _json_of(value)
    return value if len(value) <= MAX_TEXT_LENGTH else value[:MAX_TEXT_LENGTH]


def ascii_lower(text: str) -> str:
    """Return the text with A to Z in lower case; all other letters keep their case."""
    if text.isascii():
        return text.lower()
    return text.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")


def equals(wanted: object) -> Test:
    """Return a test for equality ignoring case; a list is met by any of its values.

    Wire quirk: an-empty-list-means-true, see docs/quirks.md.
    """
    if wanted == []:
        return _is_true
    texts = frozenset(text_of(each).lower() for each in values_of(wanted))
    return lambda value: text_of(value).lower() in texts


def contains(wanted: object) -> Test:
    """Return a test for a substring, ignoring the case of ASCII letters."""
    part = ascii_lower(text_of(wanted))
    return lambda value: part in ascii_lower(text_of(value))


def contains_any(wanted: object) -> Test:
    """Return a test for any of several substrings, ignoring the case of ASCII letters."""
    parts = tuple(ascii_lower(text_of(each)) for each in values_of(wanted))

    def test(value: object) -> bool:
        text = ascii_lower(text_of(value))
        return any(part in text for part in parts)

    return test


def starts_with(wanted: object) -> Test:
    """Return a test for the beginning of a text, ignoring the case of ASCII letters."""
    part = ascii_lower(text_of(wanted))
    return lambda value: ascii_lower(text_of(value)).startswith(part)


def ends_with(wanted: object) -> Test:
    """Return a test for the end of a text, ignoring the case of ASCII letters."""
    part = ascii_lower(text_of(wanted))
    return lambda value: ascii_lower(text_of(value)).endswith(part)


def values_of(wanted: object) -> list[object]:
    """Return the values of a filter: those of its list, or its only one."""
    return wanted if isinstance(wanted, list) else [wanted]


def _is_true(value: object) -> bool:
    if isinstance(value, str):
        return value.lower() == "true"
    return _TRUE.fullmatch(text_of(value)) is not None


def _json_of(value: object) -> str:
    try:
        return orjson.dumps(value, option=_JSON_OPTIONS).decode()
    except (TypeError, ValueError, RecursionError):
        return _own_text(value)


def _own_text(value: object) -> str:
    # What is no JSON (a datetime of the caller's, say) is compared by its own text.
    try:
        return str(value)
    except RecursionError:
        return _TOO_DEEP
