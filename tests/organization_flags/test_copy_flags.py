from datetime import UTC, datetime

import pytest

from activity.models import ActivityLog
from cohorts.models import Cohort
from feature_flags.models import FeatureFlag
from scheduled_changes.models import ScheduledChange
from scheduled_changes.services import run_scheduled_changes
from tests import factories
from tests.factories import TWO_VARIANTS
from tests.feature_flags.encrypted import ENCRYPTED, SECRET, WORD, everything_kept, filters
from tests.feature_flags.paths import path_of

VARIANTS = {"groups": [{"properties": [], "rollout_percentage": 30}]} | {
    "multivariate": {"variants": TWO_VARIANTS},
    "payloads": {"test": "1"},
}


def needing(*flags: FeatureFlag) -> dict:
    wanted = {"type": "flag", "operator": "flag_evaluates_to", "value": True}
    return {"groups": [{"properties": [wanted | {"key": str(flag.pk)} for flag in flags]}]}


def asking(cohort: Cohort) -> dict:
    wanted = {"key": "id", "type": "cohort", "operator": "in", "value": cohort.pk}
    return {"groups": [{"properties": [wanted]}]}


def test_copy__new_key__made_like_the_flag(make, project, copied, copy, ada, target):
    source = make(project, name="Menu", filters=VARIANTS, evaluation_contexts=["web"])

    body = copy().json()

    flag = FeatureFlag.objects.get(project=target)
    assert (flag.key, flag.name, flag.active, flag.version) == ("menu", "Menu", True, 1)
    assert flag.filters == source.filters
    assert (flag.evaluation_contexts, flag.created_by) == (["web"], ada)
    assert [shown["id"] for shown in body["success"]] == [flag.pk]
    assert body["success"][0]["schedule_copy_warning"] is None
    assert ActivityLog.objects.filter(item_id=str(flag.pk), activity="created").exists()


def test_copy__existing_key__overwritten(make, project, target, copied):
    make(project, filters=VARIANTS, name="New")
    there = make(target, name="Old", active=False)

    flag = copied()

    assert (flag.pk, flag.name, flag.active, flag.version) == (there.pk, "New", True, 2)


def test_copy__deleted_key__revived(make, client, project, target, copied):
    make(project)
    gone = make(target)
    client.patch(path_of(gone), {"deleted": True})

    assert copied().pk == gone.pk


@pytest.mark.parametrize(
    ("values", "options", "state"),
    [
        ({"active": False}, {}, (False, False)),
        ({"archived": True}, {}, (False, True)),
        ({}, {"disable_copied_flag": True}, (False, False)),
        ({}, {"disable_copied_flag": False}, (True, False)),
    ],
    ids=str,
)
def test_copy__state__that_of_the_flag_unless_disabled(
    make, project, copied, values, options, state
):
    make(project, **values)

    flag = copied(**options)

    assert (flag.active, flag.archived) == state


def test_copy__archived_copy_of_a_flag_that_is_on__on(make, project, target, copied):
    make(project)
    make(target, archived=True)

    flag = copied()

    assert (flag.active, flag.archived) == (True, False)


def test_copy__secret__readable_there_and_nowhere_kept(make, project, client, target, copied):
    make(project, filters=filters(), **ENCRYPTED)

    flag = copied()

    assert client.get(f"{path_of(flag)}remote_config/").json() == SECRET
    assert WORD not in everything_kept()


def test_copy__cohort_of_the_same_name__that_one(make, project, target, copied, ada):
    make(project, filters=asking(factories.make_cohort(project, ada)))
    there = factories.make_cohort(target, ada)

    flag = copied()

    assert flag.filters["groups"][0]["properties"][0]["value"] == there.pk
    assert Cohort.objects.filter(project=target).count() == 1


def test_copy__cohort_that_is_missing__made_with_what_it_needs(make, project, target, copied, ada):
    inner = factories.make_cohort(project, ada, name="Inner")
    needed = {"type": "cohort", "key": "id", "value": inner.pk}
    outer = factories.make_cohort(
        project, ada, name="Outer", filters={"properties": {"type": "AND", "values": [needed]}}
    )
    make(project, filters=asking(outer))

    flag = copied()

    found = {each.name: each for each in Cohort.objects.filter(project=target)}
    assert set(found) == {"Inner", "Outer"}
    assert flag.filters["groups"][0]["properties"][0]["value"] == found["Outer"].pk
    [wanted] = found["Outer"].filters["properties"]["values"]
    assert wanted["value"] == found["Inner"].pk


def test_copy__needed_flag_there__that_one(make, project, target, copied):
    make(project, filters=needing(make(project, "needed")))
    there = make(target, "needed")

    assert copied().filters["groups"][0]["properties"][0]["key"] == str(there.pk)


def test_copy__needed_flag_missing__told_and_nothing_made(make, project, target, failure):
    make(project, filters=needing(make(project, "needed")))

    assert "'needed'" in failure()
    assert not FeatureFlag.objects.filter(project=target).exists()


def test_copy__needed_flags_missing__copied_when_asked_for(make, project, target, copied):
    deepest = make(project, "deepest")
    needed = make(project, "needed", filters=needing(deepest))
    make(project, filters=needing(needed))

    flag = copied(copy_dependencies=True)

    there = {each.key: each for each in FeatureFlag.objects.filter(project=target)}
    assert set(there) == {"menu", "needed", "deepest"}
    for upper, lower in ((flag, "needed"), (there["needed"], "deepest")):
        wanted = upper.filters["groups"][0]["properties"][0]["key"]
        assert wanted == str(there[lower].pk)


def test_copy__needed_flag_off__left_off_and_told(make, project, target, failure):
    make(project, filters=needing(make(project, "needed")))
    off = make(target, "needed", active=False)

    assert "'needed'" in failure(copy_dependencies=True)
    off.refresh_from_db()
    assert (off.active, off.version) == (False, 1)


def test_copy__schedule__copied_once(make, client, project, copied, copy):
    flag = make(project)
    change = {
        "record_id": flag.pk,
        "model_name": "FeatureFlag",
        "payload": {"operation": "update_status", "value": False},
        "scheduled_at": "2031-01-01T00:00:00Z",
        "is_recurring": True,
        "recurrence_interval": "daily",
    }
    path = f"/api/projects/{project.pk}/scheduled_changes/"
    pk = client.post(path, change).json()["id"]
    client.patch(f"{path}{pk}/", {"is_recurring": False})

    there = copied(copy_schedule=True)
    copy(copy_schedule=True)

    [scheduled] = ScheduledChange.objects.filter(flag=there)
    assert (scheduled.payload, scheduled.is_paused) == (change["payload"], True)


def test_copy__recurring_schedule_that_moved_on__counts_from_its_first_time(
    make, client, project, copied
):
    first, now = datetime(2031, 1, 31, 9, tzinfo=UTC), datetime(2031, 2, 1, tzinfo=UTC)
    change = {
        "record_id": make(project).pk,
        "model_name": "FeatureFlag",
        "payload": {"operation": "update_status", "value": False},
        "scheduled_at": first.isoformat(),
        "is_recurring": True,
        "recurrence_interval": "monthly",
    }
    client.post(f"/api/projects/{project.pk}/scheduled_changes/", change)
    run_scheduled_changes(now=now)

    there = copied(copy_schedule=True)

    scheduled = ScheduledChange.objects.get(flag=there)
    assert (scheduled.scheduled_at, scheduled.first_at) == (first.replace(month=2, day=28), first)
    run_scheduled_changes(now=scheduled.scheduled_at)
    scheduled.refresh_from_db()
    assert scheduled.scheduled_at == first.replace(month=3)


def test_copy__schedule_not_asked_for__stays(make, client, project, copied):
    change = {
        "record_id": make(project).pk,
        "model_name": "FeatureFlag",
        "payload": {"operation": "update_status", "value": False},
        "scheduled_at": "2031-01-01T00:00:00Z",
    }
    client.post(f"/api/projects/{project.pk}/scheduled_changes/", change)

    assert not ScheduledChange.objects.filter(flag=copied()).exists()


def test_copy__frozen_flag__copy_lets_in_whom_it_let_in_before(client, copied, project):
    url = f"/api/projects/{project.pk}/experiments/"
    created = client.post(url, {"name": "Menu", "feature_flag_key": "menu"}).json()
    client.post(f"{url}{created['id']}/launch/")
    assert client.post(f"{url}{created['id']}/freeze_exposure/").status_code == 200

    [group] = copied().filters["groups"]

    assert (group["properties"], group["rollout_percentage"]) == ([], 100)
    assert "exposure_frozen" not in group
