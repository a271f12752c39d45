"""When something that recurs is next: calendar steps and cron expressions, in a time zone."""

import calendar
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

from cronsim import CronSim, CronSimError

_CRON_FIELDS = 5
_MONTHS_IN = {"monthly": 1, "yearly": 12}
_DAYS_IN = {"daily": 1, "weekly": 7}


class Interval(StrEnum):
    """How long it is from one time to the next, by the calendar."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    YEARLY = "yearly"


class BadCron(ValueError):
    """Raised for a cron expression that cannot be read, or names no time; the message says why."""


def check_cron(expression: str, *, after: datetime, zone: tzinfo) -> None:
    """Check that a cron expression can be read and names a time to come.

    :raises BadCron: when it cannot, or does not.
    """
    if len(expression.split()) != _CRON_FIELDS:
        raise BadCron("A cron expression has five fields, such as 0 9 * * 1-5.")
    try:
        found = next_by_cron(expression, after=after, zone=zone)
    except CronSimError:
        raise BadCron("This is no cron expression. Write one such as 0 9 * * 1-5.") from None
    if found is None:
        raise BadCron("There is no time that this cron expression names.")


def next_by_cron(expression: str, *, after: datetime, zone: tzinfo) -> datetime | None:
    """Return the first time after this one that a cron expression names; None without any.

    :raises CronSimError: when it cannot be read.
    """
    try:
        found = next(CronSim(expression, after.astimezone(zone)))
        return found.astimezone(UTC)
    except (StopIteration, OverflowError, ValueError):
        # The calendar ends.
        return None


def next_by_interval(
    interval: str, *, first: datetime, after: datetime, zone: tzinfo
) -> datetime | None:
    """Return the first time after this one that lies whole intervals behind the first.

    The clock on the wall shows the same time at each of them. A month that is too short has its
    last day in place of a later one; an hour that the clocks leave out is one hour later. There is
    none where the calendar of Python begins or ends, in the years 1 and 9999.
    """
    try:
        start = first.astimezone(zone)
        number = max(1, _intervals_between(interval, start, after.astimezone(zone)))
        while (found := _moved(interval, number, first=start)) <= after:
            number += 1
    except (OverflowError, ValueError):
        return None
    return found


def _intervals_between(interval: str, first: datetime, after: datetime) -> int:
    # One too few, so that no hour of a day and no day of a month matters.
    if interval in _DAYS_IN:
        return (after - first).days // _DAYS_IN[interval] - 1
    months = (after.year - first.year) * 12 + after.month - first.month
    return months // _MONTHS_IN[interval] - 1


def _moved(interval: str, number: int, *, first: datetime) -> datetime:
    wall = first.replace(tzinfo=None)
    if interval in _DAYS_IN:
        wall += timedelta(days=number * _DAYS_IN[interval])
    else:
        years, month = divmod(wall.month - 1 + number * _MONTHS_IN[interval], 12)
        year, month = wall.year + years, month + 1
        last = calendar.monthrange(year, month)[1]
        wall = wall.replace(year=year, month=month, day=min(wall.day, last))
    return wall.replace(tzinfo=first.tzinfo).astimezone(UTC)
