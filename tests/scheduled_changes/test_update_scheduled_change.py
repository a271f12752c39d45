from datetime import timedelta

import pytest

from activity.models import ActivityLog
from scheduled_changes.models import ScheduledChange
from scheduled_changes.services import run_scheduled_changes
from tenants.models import AccessControl
from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.scheduled_changes.conftest import DUE
from tests.scheduled_changes.paths import path_of

OFF = {"operation": "update_status", "value": False}
DAILY = {"is_recurring": True, "recurrence_interval": "daily"}


def test_update__time_and_payload__changed_and_told(schedule, client):
    change = schedule()

    response = client.patch(
        path_of(change), {"scheduled_at": "2031-02-01T00:00:00Z", "payload": OFF}
    )

    assert response.status_code == 200
    body = response.json()
    assert (body["scheduled_at"], body["payload"]) == ("2031-02-01T00:00:00Z", OFF)
    entry = ActivityLog.objects.get(subject="ScheduledChange", activity="updated")
    assert {each["field"] for each in entry.detail["changes"]} == {"scheduled_at", "payload"}


def test_update__as_it_was_read__nothing_told(schedule, client):
    change = schedule(**DAILY)
    before = client.get(path_of(change)).json()

    response = client.put(path_of(change), before)

    assert response.status_code == 200
    assert response.json() | {"updated_at": 0} == before | {"updated_at": 0}
    assert not ActivityLog.objects.filter(activity="updated").exists()


def test_update__same_flag_with_leading_zeros__no_change(schedule, client):
    change = schedule()

    response = client.patch(path_of(change), {"record_id": f"00{change.flag_id}"})

    assert (response.status_code, response.json()["record_id"]) == (200, str(change.flag_id))


def test_update__recurrence_ended__paused_with_its_interval(schedule, client):
    change = schedule(**DAILY)

    body = client.patch(path_of(change), {"is_recurring": False}).json()

    assert (body["is_recurring"], body["recurrence_interval"]) == (False, "daily")


@pytest.mark.parametrize(
    ("values", "attr"),
    [
        ({"record_id": "999"}, "record_id"),
        ({"record_id": "0"}, "record_id"),
        ({"record_id": "000"}, "record_id"),
        ({"record_id": "menu"}, "record_id"),
        ({"record_id": "-1"}, "record_id"),
        ({"record_id": "²"}, "record_id"),
        ({"record_id": "9" * 40}, "record_id"),
        ({"model_name": "Survey"}, "model_name"),
        ({"cron_expression": "0 9 * * *"}, "cron_expression"),
        ({"recurrence_interval": None}, "recurrence_interval"),
        ({"end_date": DUE.isoformat()}, "end_date"),
        ({"payload": {"operation": "add_release_condition", "value": {"groups": [{}]}}}, "payload"),
        ({"payload": {"operation": "update_status", "value": None}}, "payload"),
        ({"scheduled_at": None}, "scheduled_at"),
    ],
    ids=str,
)
def test_update__not_valid__refused_by_its_field(schedule, client, values, attr):
    change = schedule(**DAILY)
    before = list(ScheduledChange.objects.values())

    response = client.patch(path_of(change), values)

    assert (response.status_code, response.json()["attr"]) == (400, attr)
    assert list(ScheduledChange.objects.values()) == before


def test_update__made_already__refused(schedule, run, client):
    change = run(schedule())

    response = client.patch(path_of(change), {"payload": OFF})

    assert (response.status_code, response.json()["attr"]) == (400, None)


def test_update__by_somebody_else__made_as_them(schedule, client, grace, flag, run):
    change = schedule()
    DocumentedClient(factories.make_key(grace)).patch(
        path_of(change), {"payload": OFF | {"value": True}}
    )
    DocumentedClient(factories.make_key(grace)).patch(path_of(change), {"payload": OFF})
    flag.active = True
    flag.save()

    change = run(change)

    flag.refresh_from_db()
    assert (flag.active, flag.last_modified_by) == (False, grace)
    assert change.created_by != grace


def test_update__outdated_etag__refused(schedule, client):
    change = schedule()
    etag = client.get(path_of(change)).headers["ETag"]
    client.patch(path_of(change), {"payload": OFF})

    response = client.patch(path_of(change), {"payload": OFF}, headers={"If-Match": etag})

    assert_error(response, 412, "precondition_failed")


@pytest.mark.parametrize("method", ["patch", "put", "delete"])
def test_update__viewer_of_the_flag__refused(schedule, project, flag, grace, method):
    change = schedule()
    AccessControl.objects.create(
        project=project, resource="feature_flag", resource_id=str(flag.pk), access_level="viewer"
    )
    viewer = DocumentedClient(factories.make_key(grace))

    response = getattr(viewer, method)(path_of(change), {})

    assert_error(response, 403, "permission_denied")
    assert ScheduledChange.objects.count() == 1


def test_delete__waiting__gone_and_told(schedule, client):
    change = schedule()

    response = client.delete(path_of(change))

    assert (response.status_code, response.content) == (204, b"")
    assert ScheduledChange.objects.count() == 0
    entry = ActivityLog.objects.get(subject="ScheduledChange", activity="deleted")
    assert entry.item_id == str(change.flag_id)


def test_delete__its_time_comes__nothing_made(schedule, client, run, flag):
    change = schedule()
    client.delete(path_of(change))

    assert run_scheduled_changes(now=DUE + timedelta(days=1)) == 0
    flag.refresh_from_db()
    assert flag.active is False
