"""Comparisons of instants: dates, dates with a time, times ago, unix seconds."""

import calendar
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from property_filters.errors import NotComparable, refusal
from property_filters.numbers import number_of
from property_filters.texts import Test

Clock = Callable[[], float]
Relation = Callable[[datetime, datetime], bool]

_RELATIVE = re.compile(r"-?([0-9]{1,4})([hdwmy])", re.ASCII)
_DATE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,12})?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?",
    re.IGNORECASE | re.ASCII,
)
_HOURS = {"h": 1, "d": 24, "w": 24 * 7}


def time_ago(text: str) -> tuple[int, str] | None:
    """Return amount and unit of a time ago, such as -7d; None for another text."""
    ago = _RELATIVE.fullmatch(text)
    return None if ago is None else (int(ago[1]), ago[2])


def is_written_as_date(text: str) -> bool:
    """Tell whether a text looks like a date; the calendar may not have it."""
    return _DATE.fullmatch(text) is not None


def compare(wanted: object, relation: Relation, *, clock: Clock) -> Test:
    """Return a test for a relation to an instant; a time ago is counted back from `clock()`.

    The test raises `NotComparable` when one side is no instant.
    """
    ago = _RELATIVE.fullmatch(wanted) if isinstance(wanted, str) else None
    if ago is None:
        return _compare_to_instant(wanted, relation, clock=clock)
    amount, unit = int(ago[1]), ago[2]
    return lambda value: relation(
        instant_of(value, clock=clock), _ago(amount, unit, now=_now(clock))
    )


def instant_of(value: object, *, clock: Clock) -> datetime:
    """Return the instant that a property names: a date, a time ago, or unix seconds.

    :raises NotComparable: for anything else. A date without a zone is in UTC.
    """
    if isinstance(value, str):
        ago = _RELATIVE.fullmatch(value)
        if ago is not None:
            return _ago(int(ago[1]), ago[2], now=_now(clock))
        if _DATE.fullmatch(value):
            return _parsed(value)
    return _from_seconds(number_of(value))


def _compare_to_instant(wanted: object, relation: Relation, *, clock: Clock) -> Test:
    if not isinstance(wanted, str) or not _DATE.fullmatch(wanted):
        return refusal("not a date")
    try:
        bound = _parsed(wanted)
    except NotComparable as reason:
        return refusal(str(reason))
    return lambda value: relation(instant_of(value, clock=clock), bound)


def _parsed(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text.upper())
        zoned = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
        return zoned.astimezone(UTC)
    except (ValueError, OverflowError):
        raise NotComparable("not a date") from None


def _now(clock: Clock) -> datetime:
    return datetime.fromtimestamp(clock(), UTC)


def _from_seconds(seconds: float) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise NotComparable("not an instant") from None


def _ago(amount: int, unit: str, *, now: datetime) -> datetime:
    try:
        if unit in _HOURS:
            return now - timedelta(hours=amount * _HOURS[unit])
        months = now.year * 12 + now.month - 1 - amount * (12 if unit == "y" else 1)
        year, month = divmod(months, 12)
        last_day = calendar.monthrange(year, month + 1)[1]
        return now.replace(year=year, month=month + 1, day=min(now.day, last_day))
    except (ValueError, OverflowError):
        raise NotComparable("before the calendar begins") from None
