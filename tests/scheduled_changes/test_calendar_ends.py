"""Scheduled changes in the first and the last year of the calendar."""

from datetime import UTC, datetime

import pytest

from approvals.models import ChangeRequest
from scheduled_changes.models import ScheduledChange
from scheduled_changes.services import run_scheduled_changes
from tenants.models import Project
from tests.assertions import assert_error
from tests.scheduled_changes.paths import changes_of, path_of

WEST, EAST = "America/Los_Angeles", "Pacific/Kiritimati"
FIRST, LAST = "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"
DAILY = {"is_recurring": True, "recurrence_interval": "daily"}
MORNINGS = {"is_recurring": True, "cron_expression": "0 9 * * *"}


@pytest.mark.parametrize("zone", [WEST, EAST])
@pytest.mark.parametrize(
    "recurring", [{}, DAILY, DAILY | {"recurrence_interval": "yearly"}, MORNINGS], ids=str
)
@pytest.mark.parametrize(
    ("time", "now"),
    [(FIRST, datetime(2031, 1, 1, tzinfo=UTC)), (LAST, datetime.max.replace(tzinfo=UTC))],
)
def test_run__at_an_end_of_the_calendar__made(schedule, flag, zone, recurring, time, now):
    Project.objects.update(timezone=zone)
    change = schedule(scheduled_at=time, **recurring)

    assert run_scheduled_changes(now=now) == 1

    change.refresh_from_db()
    flag.refresh_from_db()
    assert (flag.active, change.failure_reason, change.attempts) == (True, None, 0)
    assert change.executed_at == now or change.scheduled_at > now


@pytest.mark.parametrize(
    ("time", "code"),
    [
        ("0001-01-01T00:00:00+14:00", "overflow"),
        ("9999-12-31T23:59:59-12:00", "overflow"),
        ("0000-01-01T00:00:00Z", "invalid_input"),
    ],
)
@pytest.mark.parametrize("name", ["scheduled_at", "end_date"])
def test_schedule__beyond_the_calendar__refused(client, project, body, name, time, code):
    response = client.post(changes_of(project), body | DAILY | {name: time})

    assert_error(response, 400, code, name)
    assert not ScheduledChange.objects.exists()


@pytest.mark.parametrize("time", [FIRST, LAST])
def test_schedule__end_of_the_calendar__shown_as_sent(schedule, client, time):
    change = schedule(scheduled_at=time)

    assert client.get(path_of(change)).json()["scheduled_at"] == time


def test_gate__last_moment_of_the_calendar__asked(make_policy, schedule):
    make_policy("feature_flag.enable")

    schedule(scheduled_at=LAST)

    assert ChangeRequest.objects.get().expires_at == datetime.max.replace(tzinfo=UTC)
