"""Comparisons of numbers."""

import re
from collections.abc import Callable

from property_filters.errors import NotComparable, refusal
from property_filters.texts import Test

_MAX_DIGITS = 400
_SPELLS_A_NUMBER = re.compile(r"[!-^`-~]+")


def compare(wanted: object, relation: Callable[[float, float], bool]) -> Test:
    """Return a test for a relation to a number.

    The test raises `NotComparable` when one side is no number.
    """
    try:
        bound = number_of(wanted)
    except NotComparable as reason:
        return refusal(str(reason))
    return lambda value: relation(number_of(value), bound)


def is_between(wanted: object) -> Test:
    """Return a test for a number between two others, both included."""
    if not isinstance(wanted, list) or len(wanted) != 2:
        return refusal("between needs a list of two numbers")
    try:
        low, high = map(number_of, wanted)
    except NotComparable as reason:
        return refusal(str(reason))
    return lambda value: low <= number_of(value) <= high


def number_of(value: object) -> float:
    """Return a number, or a text that spells one, as a double.

    :raises NotComparable: for anything else; true and false are no numbers.
    """
    # Python also reads blanks and underscores, which no other reader of these filters does.
    if isinstance(value, str):
        if len(value) <= _MAX_DIGITS and _SPELLS_A_NUMBER.fullmatch(value):
            return _double(value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        return _double(value)
    raise NotComparable("not a number")


def _double(value: float | str) -> float:
    try:
        return float(value)
    except (ValueError, OverflowError):
        raise NotComparable("not a number") from None
