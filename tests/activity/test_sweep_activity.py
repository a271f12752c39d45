"""Old entries of the history go after ACTIVITY_RETENTION_DAYS, a piece at a time."""

import io
import logging
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from activity.models import ActivityLog
from tests import factories


def sweep():
    out = io.StringIO()
    call_command("sweep_activity", stdout=out)
    return out.getvalue().strip()


@pytest.fixture
def aged(project, ada):
    """Make a holdout, and so an entry, that many days ago each."""

    def make(*days):
        for each in days:
            with time_machine.travel(timezone.now() - timedelta(days=each)):
                factories.make_holdout(project, ada, name=f"{each} days ago")

    return make


def names():
    return {
        entry.detail["name"] for entry in ActivityLog.objects.filter(subject="ExperimentHoldout")
    }


def test_sweep_activity__no_retention__all_stay(aged):
    aged(9000, 1)

    assert sweep() == "0 old entries deleted"
    assert names() == {"9000 days ago", "1 days ago"}


def test_sweep_activity__retention__older_ones_are_gone(aged, settings):
    settings.ACTIVITY_RETENTION_DAYS = 30
    aged(40, 31, 29, 1)

    assert sweep() == "2 old entries deleted"
    assert names() == {"29 days ago", "1 days ago"}


def test_sweep_activity__old_entries__in_pieces(aged, settings, monkeypatch):
    monkeypatch.setattr("core.db.pieces.PIECE", 2)
    settings.ACTIVITY_RETENTION_DAYS = 30
    aged(*range(40, 45))

    with CaptureQueriesContext(connection) as queries:
        assert sweep() == "5 old entries deleted"

    assert sum(each["sql"].startswith("DELETE") for each in queries) == 3


def test_sweep_activity__old_entry__gone_for_those_who_read(client, project, aged, settings):
    settings.ACTIVITY_RETENTION_DAYS = 30
    aged(31, 29)
    sweep()

    listed = client.get(f"/api/projects/{project.pk}/activity_log/").json()["results"]

    assert [entry["detail"]["name"] for entry in listed] == ["29 days ago"]


def test_sweep_activity__some_deleted__its_pace_is_logged(aged, settings, caplog):
    settings.ACTIVITY_RETENTION_DAYS = 30
    aged(40, 31)

    with caplog.at_level(logging.INFO, logger="core.ops.commands"):
        sweep()

    [line] = caplog.messages
    told = dict(member.split("=") for member in line.split())
    assert (told["command"], told["rows"]) == ("sweep_activity", "2")
    assert float(told["ms_per_hundred"]) == pytest.approx(float(told["ms"]) * 50, abs=30)


def test_sweep_activity__nothing_to_do__nothing_logged(db, caplog):
    with caplog.at_level(logging.INFO, logger="core.ops.commands"):
        sweep()

    assert caplog.messages == []
