"""Conversion windows and other spans of time in documents, as microseconds."""

from collections.abc import Mapping

_SECONDS = {
    "second": 1,
    "minute": 60,
    "hour": 3_600,
    "day": 86_400,
    "week": 7 * 86_400,
    "month": 30 * 86_400,
}
_MICROSECONDS = 1_000_000
# Longer than any experiment, and small enough to be added to any time.
_LONGEST = 100 * 365 * 86_400 * _MICROSECONDS


def length_of(unit: object) -> int:
    """Return the microseconds of a unit of time; 0 for none."""
    return _SECONDS.get(unit, 0) * _MICROSECONDS if isinstance(unit, str) else 0


def span(count: object, unit: object) -> int:
    """Return so many units as microseconds; 0 where one of the two is missing."""
    if not isinstance(count, int | float) or isinstance(count, bool):
        return 0
    return int(min(max(count, 0) * length_of(unit), _LONGEST))


def conversion_window(metric: Mapping[str, object]) -> int:
    """Return the conversion window of a metric in microseconds; 0 for none."""
    return span(metric.get("conversion_window"), metric.get("conversion_window_unit"))
