"""Properties as parallel arrays, typed once when they are stored; pure.

Filters read a property by its name: its text as filters compare it, its number, its instant. What
these are is decided here, in Python, by the readers that predicates use.
"""

import math
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import NamedTuple

import orjson

from events.storable import storable, stored_text
from property_filters import NotComparable, dates, numbers

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# An array of these in JSON is one of doubles in ClickHouse.
_NOT_FINITE = {math.inf: "inf", -math.inf: "-inf"}


class Kind(IntEnum):
    """What a property is to a filter; the numbers are stored."""

    NULL = 0
    BOOLEAN = 1
    NUMBER = 2
    TEXT = 3
    NUMERIC_TEXT = 4  # a text that comparisons of numbers read as one
    DATE = 5  # a text that names an instant
    AGO = 6  # a text that names an instant before now, such as -7d
    STRUCTURE = 7  # a list or an object
    HUGE = 8  # a number that no double holds


class Typed(NamedTuple):
    """One property: its text, the number that it is or spells, its instant in microseconds."""

    kind: Kind
    text: str
    number: float | str = 0.0
    instant: int = 0


TEXTS = (Kind.TEXT, Kind.NUMERIC_TEXT, Kind.DATE, Kind.AGO)
NUMBERS = (Kind.NUMBER, Kind.NUMERIC_TEXT)


def arrays_of(properties: Mapping[str, object]) -> dict[str, list[object]]:
    """Return the columns that hold these properties, each an array in the same order."""
    kept = storable(dict(properties))
    items = kept.items() if isinstance(kept, dict) else ()
    typed = [(name, typed_property(value)) for name, value in items]
    return {
        "names": [name for name, _ in typed],
        "kinds": [each.kind for _, each in typed],
        "texts": [each.text for _, each in typed],
        "numbers": [each.number for _, each in typed],
        "instants": [each.instant for _, each in typed],
    }


def document_of(names: Sequence[str], kinds: Sequence[int], texts: Sequence[str]) -> bytes:
    """Return the properties in these columns as JSON."""
    document = {
        name: text if kind in TEXTS else orjson.Fragment(text)
        for name, kind, text in zip(names, kinds, texts, strict=True)
    }
    return orjson.dumps(document)


def typed_property(value: object) -> Typed:
    """Return what a filter can ask of a value."""
    if value is None:
        return Typed(Kind.NULL, "null")
    if isinstance(value, bool):
        return Typed(Kind.BOOLEAN, "true" if value else "false", float(value))
    if isinstance(value, str):
        return _typed_text(value)
    if isinstance(value, int | float):
        return _typed_number(value)
    # As filters compare it.
    return Typed(Kind.STRUCTURE, stored_text(value, is_sorted=True))


def _typed_number(value: float) -> Typed:
    if value in _NOT_FINITE or value != value:  # noqa: PLR0124 (true of NaN only)
        # JSON has none of these.
        return Typed(Kind.NULL, "null")
    try:
        return Typed(Kind.NUMBER, stored_text(value), float(value))
    except OverflowError:
        return Typed(Kind.HUGE, str(value))


def _typed_text(text: str) -> Typed:
    first = text[:1]
    if not (first.isdigit() or first.isspace() or first in "+-.inIN"):
        # Most texts are words: neither a number nor a date begins so.
        return Typed(Kind.TEXT, text)
    ago = dates.time_ago(text)
    if ago is not None:
        return Typed(Kind.AGO, text, instant=ago[0])
    if dates.is_written_as_date(text):
        return _typed_date(text)
    try:
        return Typed(Kind.NUMERIC_TEXT, text, _written(numbers.number_of(text)))
    except NotComparable:
        return Typed(Kind.TEXT, text, _lenient(text))


def _typed_date(text: str) -> Typed:
    try:
        instant = dates.instant_of(text, clock=time.time)
    except NotComparable:
        return Typed(Kind.TEXT, text)
    return Typed(Kind.DATE, text, instant=(instant - _EPOCH) // _MICROSECOND)


def _lenient(text: str) -> float | str:
    """Return the number that sums read in a text: with blanks around it, say; 0 for none."""
    try:
        return _written(float(text))
    except ValueError:
        return 0.0


def _written(number: float) -> float | str:
    return "nan" if math.isnan(number) else _NOT_FINITE.get(number, number)
