"""Comparisons of instants in ClickHouse's SQL; pure."""

import calendar
from datetime import UTC, datetime, timedelta

from events.clickhouse.properties import Kind
from events.clickhouse.property_sql import Property
from property_filters import NotComparable, dates

OPERATORS = {"is_date_exact": "=", "is_date_before": "<", "is_date_after": ">"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_FIRST = (datetime(1, 1, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND
# The seconds of the years 1 to 9999: from the first one, before the second.
_FIRST_SECOND, _NO_SECOND = -62_135_596_800, 253_402_300_800
_HOUR = 3_600_000_000
_UNITS = {"h": _HOUR, "d": 24 * _HOUR, "w": 7 * 24 * _HOUR}


def compared(asked: Property, name: str, wanted: object, *, now: int) -> str:
    """Return the condition that a property's instant has this relation to the wanted one."""
    bound = _bound(wanted, now)
    return "0" if bound is None else f"ifNull({_instant(asked, now)} {OPERATORS[name]} {bound}, 0)"


def _bound(wanted: object, now: int) -> int | None:
    if not isinstance(wanted, str):
        return None
    if dates.time_ago(wanted) is None and not dates.is_written_as_date(wanted):
        return None
    try:
        instant = dates.instant_of(wanted, clock=lambda: now / 1_000_000)
    except NotComparable:
        return None
    return (instant - _EPOCH) // _MICROSECOND


def _instant(asked: Property, now: int) -> str:
    """Return the instant of a property in microseconds; null when it has none."""
    number = asked.number
    is_number = f"{asked.is_number} AND {number} >= {_FIRST_SECOND} AND {number} < {_NO_SECOND}"
    # Halves go to the even microsecond, as in Python.
    of_number = (
        f"toInt64(trunc({number})) * 1000000"
        f" + toInt64(roundBankers(({number} - trunc({number})) * 1000000))"
    )
    return (
        f"multiIf({asked.kind} = {int(Kind.DATE)}, toNullable({asked.instant}),"
        f" {asked.kind} = {int(Kind.AGO)}, {_ago(asked, now)},"
        f" {is_number}, {of_number}, NULL)"
    )


def _ago(asked: Property, now: int) -> str:
    """Return the instant of a property that is a time before now itself."""
    amount, unit = asked.instant, f"right({asked.text}, 1)"
    spans = " ".join(f"WHEN '{name}' THEN {span}" for name, span in _UNITS.items())
    early = f"{now} - {amount} * (CASE {unit} {spans} ELSE 0 END)"
    by_span = f"if({early} < {_FIRST}, NULL, {early})"
    return f"if({unit} IN ('m', 'y'), {_months_ago(amount, unit, now)}, {by_span})"


def _months_ago(amount: str, unit: str, now: int) -> str:
    moment = _EPOCH + timedelta(microseconds=now)
    of_day = (moment - moment.replace(hour=0, minute=0, second=0, microsecond=0)) // _MICROSECOND
    months = f"({moment.year * 12 + moment.month - 1} - {amount} * if({unit} = 'y', 12, 1))"
    year, month = f"intDiv({months}, 12)", f"({months} % 12 + 1)"
    lengths = [calendar.monthrange(2001, each)[1] for each in range(1, 13)]
    is_leap = f"({year} % 4 = 0 AND ({year} % 100 <> 0 OR {year} % 400 = 0))"
    last = f"if({month} = 2 AND {is_leap}, 29, {lengths}[{month}])"
    days = _days(year, month, f"least({moment.day}, {last})")
    return f"if({months} < 12, NULL, {days} * {24 * _HOUR} + {of_day})"


def _days(year: str, month: str, day: str) -> str:
    """Return the days since 1970 of a date after the year 0, by whole numbers."""
    # Years begin in March, so that a leap day is the last one.
    shifted = f"({year} - if({month} <= 2, 1, 0))"
    before = f"intDiv(153 * ({month} + if({month} > 2, -3, 9)) + 2, 5)"
    leaps = f"intDiv({shifted}, 4) - intDiv({shifted}, 100) + intDiv({shifted}, 400)"
    return f"({shifted} * 365 + {leaps} + {before} + {day} - 1 - 719468)"
