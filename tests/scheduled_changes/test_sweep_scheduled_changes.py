"""Changes that were made go after ACTIVITY_RETENTION_DAYS."""

import io
from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone

from scheduled_changes.models import ScheduledChange


def sweep():
    out = io.StringIO()
    call_command("sweep_scheduled_changes", stdout=out)
    return out.getvalue().strip()


def test_sweep_scheduled_changes__no_retention__all_stay(schedule):
    schedule()
    ScheduledChange.objects.update(executed_at=timezone.now() - timedelta(days=9000))

    assert sweep() == "0 old changes deleted"


def test_sweep_scheduled_changes__retention__only_what_was_made_before(schedule, settings):
    settings.ACTIVITY_RETENTION_DAYS = 30
    old, young, waiting = schedule(), schedule(), schedule()
    for change, days in ((old, 31), (young, 29)):
        made = timezone.now() - timedelta(days=days)
        ScheduledChange.objects.filter(pk=change.pk).update(executed_at=made)

    assert sweep() == "1 old changes deleted"
    assert set(ScheduledChange.objects.all()) == {young, waiting}
