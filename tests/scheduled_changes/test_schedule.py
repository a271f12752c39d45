from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from scheduled_changes.schedule import BadCron, check_cron, next_by_cron, next_by_interval

BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("interval", "first", "after", "expected"),
    [
        ("daily", "2031-03-29T02:30+01:00", "2031-03-29T02:30+01:00", "2031-03-30T03:30+02:00"),
        ("daily", "2031-03-29T02:30+01:00", "2031-03-30T04:00+02:00", "2031-03-31T02:30+02:00"),
        ("daily", "2031-10-25T02:30+02:00", "2031-10-25T02:30+02:00", "2031-10-26T02:30+02:00"),
        ("weekly", "2031-10-22T09:00+02:00", "2031-10-22T09:00+02:00", "2031-10-29T09:00+01:00"),
        ("monthly", "2031-01-31T00:00+01:00", "2031-01-31T00:00+01:00", "2031-02-28T00:00+01:00"),
        ("monthly", "2031-01-31T00:00+01:00", "2031-02-28T00:00+01:00", "2031-03-31T00:00+02:00"),
        ("monthly", "2031-12-31T00:00+01:00", "2031-12-31T00:00+01:00", "2032-01-31T00:00+01:00"),
        ("yearly", "2032-02-29T12:00+01:00", "2032-02-29T12:00+01:00", "2033-02-28T12:00+01:00"),
        ("yearly", "2032-02-29T12:00+01:00", "2035-06-01T12:00+02:00", "2036-02-29T12:00+01:00"),
        ("daily", "2000-01-01T00:00+01:00", "2031-06-01T00:00+02:00", "2031-06-02T00:00+02:00"),
        ("monthly", "2031-05-31T09:00+02:00", "2031-05-01T09:00+02:00", "2031-06-30T09:00+02:00"),
    ],
)
def test_next_by_interval__any__same_time_on_the_wall(interval, first, after, expected):
    found = next_by_interval(interval, first=at(first), after=at(after), zone=BERLIN)

    assert found == at(expected)


def test_next_by_interval__end_of_the_calendar__none():
    first = datetime(9999, 12, 1, tzinfo=UTC)

    assert next_by_interval("monthly", first=first, after=first, zone=UTC) is None


def test_next_by_cron__clocks_forward__hour_that_is_there():
    after = at("2031-03-29T12:00+01:00")

    assert next_by_cron("30 2 * * *", after=after, zone=BERLIN) == at("2031-03-30T03:00+02:00")


@pytest.mark.parametrize(
    "expression",
    ["", "* * * *", "* * * * * *", "a b c d e", "0 0 31 2 *", "60 * * * *", "\0 * * * *"],
)
def test_check_cron__no_time_named__refused(expression):
    with pytest.raises(BadCron):
        check_cron(expression, after=at("2031-01-01T00:00Z"), zone=BERLIN)
