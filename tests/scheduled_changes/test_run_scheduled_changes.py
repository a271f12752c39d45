import io
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from activity.models import ActivityLog
from feature_flags.models import FeatureFlag
from scheduled_changes.models import ScheduledChange
from scheduled_changes.services import run_scheduled_changes
from tenants.models import AccessControl, Project
from tests import factories
from tests.client import DocumentedClient
from tests.factories import TWO_VARIANTS
from tests.scheduled_changes.conftest import DUE
from tests.scheduled_changes.paths import path_of

GROUP = {"properties": [], "rollout_percentage": 20}
CONDITION = {"operation": "add_release_condition", "value": {"groups": [GROUP]}}
OFF = {"operation": "update_status", "value": False}
OTHERS = [
    {"key": "control", "rollout_percentage": 20},
    {"key": "other", "rollout_percentage": 80},
]


def variants(shares, **values):
    return {"operation": "update_variants", "value": {"variants": shares} | values}


def test_run__one_time__made_once_as_its_author(schedule, run, flag, ada):
    change = run(schedule())

    flag.refresh_from_db()
    assert (flag.active, flag.version, flag.last_modified_by) == (True, 2, ada)
    assert (change.executed_at, change.failure_reason) == (DUE, None)
    assert change.last_executed_at is None
    assert run_scheduled_changes(now=DUE + timedelta(days=1)) == 0
    entry = ActivityLog.objects.get(subject="FeatureFlag")
    assert (entry.user, entry.scope) == (ada, "FeatureFlag")


def history_of(change):
    entry = ActivityLog.objects.get(subject="ScheduledChange", activity="updated")
    assert entry.item_id == str(change.flag_id)
    return entry.user, {each["field"] for each in entry.detail["changes"]}


def test_run__one_time__told_in_the_history(schedule, run, flag, ada):
    assert history_of(run(schedule())) == (ada, {"executed_at"})


def test_run__recurring__told_in_the_history(schedule, run, flag, ada):
    change = run(schedule(is_recurring=True, recurrence_interval="daily"))

    assert history_of(change) == (ada, {"scheduled_at", "last_executed_at"})


def test_run__given_up__told_in_the_history_as_done_by_the_system(schedule, run, flag):
    change = schedule(payload=variants([TWO_VARIANTS[0]]))

    assert history_of(run(change)) == (None, {"executed_at", "failure_reason"})


def test_run__command__says_how_many(schedule, flag):
    change = schedule()
    ScheduledChange.objects.update(scheduled_at=timezone.now() - timedelta(minutes=1))
    out = io.StringIO()

    call_command("run_scheduled_changes", stdout=out)

    assert out.getvalue().strip() == "1 made"
    change.refresh_from_db()
    assert change.executed_at is not None


def test_run__not_yet_due__left_alone(schedule, run, flag):
    assert run(schedule(), after=-timedelta(seconds=1)).executed_at is None


def test_run__condition__behind_the_others(schedule, run, flag):
    before = flag.filters

    run(schedule(payload=CONDITION))

    flag.refresh_from_db()
    added = GROUP | {"aggregation_group_type_index": None}
    assert flag.filters["groups"][1:] == [added]
    assert flag.filters["multivariate"] == before["multivariate"]


@pytest.mark.parametrize(
    ("payloads", "kept"),
    [({}, {"control": "1"}), ({"payloads": {"other": "3"}}, {"other": "3"})],
    ids=str,
)
def test_run__variants__replaced(schedule, run, flag, payloads, kept):
    flag.filters |= {"payloads": {"control": "1", "test": "2"}}
    flag.save()

    run(schedule(payload=variants(OTHERS, **payloads)))

    flag.refresh_from_db()
    assert flag.filters["multivariate"]["variants"] == OTHERS
    assert flag.filters["payloads"] == kept


def test_run__several__the_oldest_first(schedule, run, flag):
    later = schedule(payload=OFF, scheduled_at="2031-01-31T10:00:00Z")
    schedule()

    run(later)

    flag.refresh_from_db()
    assert (flag.active, flag.version) == (False, 3)


def test_run__flag_there_already__done_without_a_version(schedule, run, flag):
    change = run(schedule(payload=OFF))

    flag.refresh_from_db()
    assert (change.executed_at, change.failure_reason, flag.version) == (DUE, None, 1)


@pytest.mark.parametrize(
    ("payload", "flag_values", "words"),
    [
        (variants([TWO_VARIANTS[0]]), {}, "100"),
        (variants(TWO_VARIANTS, payloads={"other": "1"}), {}, "payloads"),
        (None, {"archived": True}, "archived"),
        (None, {"deleted": True}, "deleted"),
    ],
    ids=str,
)
def test_run__flag_does_not_take_it__given_up_with_a_sentence(
    schedule, run, flag, payload, flag_values, words
):
    change = schedule(**{"payload": payload} if payload else {})
    FeatureFlag.objects.update(**flag_values or {"name": "Menu"})
    before = list(FeatureFlag.objects.values())

    change = run(change)

    assert change.executed_at == DUE
    assert words in change.failure_reason
    assert change.failure_reason.endswith(".")
    assert list(FeatureFlag.objects.values()) == before


def test_run__author_disabled__given_up(schedule, run, ada, flag):
    change = schedule()
    ada.is_active = False
    ada.save()

    assert "no access any more" in run(change).failure_reason


def test_run__author_without_access__given_up(schedule, run, project, flag, grace):
    change = schedule(by=DocumentedClient(factories.make_key(grace)))
    AccessControl.objects.create(
        project=project, resource="feature_flag", resource_id=str(flag.pk), access_level="viewer"
    )

    change = run(change)

    assert "no access any more" in change.failure_reason
    assert change.executed_at is not None


def test_run__author_left_the_organization__given_up(schedule, run, ada):
    change = schedule()
    ada.memberships.all().delete()

    assert "no access any more" in run(change).failure_reason


def test_run__shown__with_its_reason(schedule, run, client):
    change = run(schedule(payload=variants([TWO_VARIANTS[0]])))

    shown = client.get(path_of(change)).json()

    assert shown["executed_at"] == "2031-01-31T09:00:00Z"
    assert shown["failure_reason"] == change.failure_reason


def test_run__recurring__moves_on_and_stays(schedule, run, flag, client):
    change = run(schedule(is_recurring=True, recurrence_interval="daily"))

    assert (change.last_executed_at, change.executed_at) == (DUE, None)
    assert change.scheduled_at == DUE + timedelta(days=1)
    client.patch(f"/api/projects/{flag.project_id}/feature_flags/{flag.pk}/", {"active": False})
    run(change)
    flag.refresh_from_db()
    assert flag.active is True


def test_run__recurring_and_late__caught_up_once(schedule, run):
    change = schedule(is_recurring=True, recurrence_interval="daily")

    change = run(change, after=timedelta(days=3, hours=1))

    assert change.scheduled_at == DUE + timedelta(days=4)


def test_run__monthly_on_the_31st__last_day_of_shorter_months(schedule, run):
    change = schedule(is_recurring=True, recurrence_interval="monthly")
    days = []
    for _ in range(4):
        change = run(change)
        days.append((change.scheduled_at.month, change.scheduled_at.day))

    assert days == [(2, 28), (3, 31), (4, 30), (5, 31)]


def test_run__clocks_change__same_time_on_the_wall(project, schedule, run):
    Project.objects.update(timezone="Europe/Berlin")
    change = schedule(
        is_recurring=True, recurrence_interval="daily", scheduled_at="2031-03-29T09:00:00+01:00"
    )

    assert run(change).scheduled_at == datetime(2031, 3, 30, 7, tzinfo=UTC)


def test_run__cron__next_time_in_its_zone(project, schedule, run):
    Project.objects.update(timezone="America/New_York")
    change = schedule(is_recurring=True, cron_expression="30 9 * * 1-5")

    # A Friday.
    assert run(change).scheduled_at == datetime(2031, 1, 31, 14, 30, tzinfo=UTC)
    assert run(change).scheduled_at == datetime(2031, 2, 3, 14, 30, tzinfo=UTC)


def test_run__past_its_end__completed(schedule, run):
    change = schedule(
        is_recurring=True, recurrence_interval="daily", end_date="2031-02-01T08:00:00Z"
    )

    change = run(change)

    assert (change.executed_at, change.last_executed_at) == (DUE, DUE)


def test_run__paused__skipped_until_it_goes_on(schedule, run, client, flag):
    change = schedule(is_recurring=True, recurrence_interval="daily")
    client.patch(path_of(change), {"is_recurring": False})

    assert run(change).last_executed_at is None

    client.patch(path_of(change), {"is_recurring": True})
    assert run(change).last_executed_at == DUE
