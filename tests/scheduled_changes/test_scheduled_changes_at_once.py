from datetime import timedelta

import pytest

from feature_flags.models import FeatureFlag
from feature_flags.selectors import lock_flag
from scheduled_changes.models import ScheduledChange
from scheduled_changes.services import run_scheduled_changes
from tests.approvals.concurrency import holding
from tests.scheduled_changes.conftest import DUE
from tests.scheduled_changes.paths import path_of

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("_many_writers"),
]
GROUP = {"properties": [], "rollout_percentage": 20}
CONDITION = {"operation": "add_release_condition", "value": {"groups": [GROUP]}}


def test_run__two_schedulers_at_once__made_once(schedule, flag):
    schedule(payload=CONDITION)

    with holding(
        lambda: lock_flag(flag=flag),
        lambda: run_scheduled_changes(now=DUE),
        lambda: run_scheduled_changes(now=DUE),
    ) as futures:
        pass

    assert sorted(future.result() for future in futures) == [0, 1]
    stored = FeatureFlag.objects.get()
    assert (len(stored.filters["groups"]), stored.version) == (2, 2)


def test_run__recurring_and_two_schedulers__moved_on_once(schedule, flag):
    schedule(is_recurring=True, recurrence_interval="daily")

    with holding(
        lambda: lock_flag(flag=flag),
        lambda: run_scheduled_changes(now=DUE),
        lambda: run_scheduled_changes(now=DUE),
    ) as futures:
        pass

    assert sorted(future.result() for future in futures) == [0, 1]
    assert ScheduledChange.objects.get().scheduled_at == DUE + timedelta(days=1)


def test_run__deleted_meanwhile__either_first(schedule, flag, client):
    change = schedule()

    with holding(
        lambda: lock_flag(flag=flag),
        lambda: run_scheduled_changes(now=DUE),
        lambda: client.delete(path_of(change)).status_code,
    ) as futures:
        pass

    made, status = (future.result() for future in futures)
    assert status == 204
    assert FeatureFlag.objects.get().active is bool(made)
    assert ScheduledChange.objects.count() == 0
