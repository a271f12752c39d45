"""A stored answer of a collection is for those who may still have what it is about."""

import pytest

from tenants.levels import FEATURE_FLAG
from tests import factories
from tests.assertions import assert_error
from tests.concurrency.replays import KEY, assert_replayed

BODIES = {"bulk_update_tags": {"action": "add", "tags": ["x"]}, "bulk_delete": {}}


@pytest.fixture
def two(project, ada):
    return [factories.make_flag(project, key, created_by=ada) for key in ("a", "b")]


@pytest.fixture
def act(colleague, project, two):
    def act(action):
        url = f"/api/projects/{project.pk}/feature_flags/{action}/"
        ids = {"ids": [flag.pk for flag in two]}
        return colleague.post(url, ids | BODIES[action], headers=KEY)

    return act


@pytest.fixture
def schedule(colleague, project, flag):
    body = {
        "record_id": f"0{flag.pk}",
        "model_name": "FeatureFlag",
        "payload": {"operation": "update_status", "value": True},
        "scheduled_at": "2131-01-31T09:00:00Z",
    }
    url = f"/api/projects/{project.pk}/scheduled_changes/"
    return lambda: colleague.post(url, body, headers=KEY)


def test_replays__scheduled_change_of_a_flag_that_is_seen__answered_again(schedule):
    first = schedule()
    assert first.status_code == 201

    assert_replayed(schedule(), first)


@pytest.mark.parametrize(("level", "status"), [("none", 404), ("viewer", 403)])
def test_replays__scheduled_change_of_a_flag_that_is_denied__refused(
    schedule, give, grace, flag, level, status
):
    schedule()
    give(level, to=grace, about=FEATURE_FLAG, row=flag)

    assert schedule().status_code == status


def test_replays__scheduled_change_that_is_refused__answered_again(colleague, project, flag):
    url = f"/api/projects/{project.pk}/scheduled_changes/"
    first = colleague.post(url, {"record_id": str(flag.pk)}, headers=KEY)

    assert_replayed(colleague.post(url, {"record_id": str(flag.pk)}, headers=KEY), first)


@pytest.mark.parametrize("action", BODIES)
def test_replays__many_of_which_one_is_denied__refused(two, act, give, grace, action):
    first = act(action)
    assert first.status_code == 200
    assert_replayed(act(action), first)
    give("none", to=grace, about=FEATURE_FLAG, row=two[1])

    assert_error(act(action), 403, "permission_denied")


@pytest.mark.parametrize("action", BODIES)
def test_replays__many_of_which_one_was_denied_before__answered_again(
    two, act, give, grace, action
):
    give("none", to=grace, about=FEATURE_FLAG, row=two[1])
    first = act(action)

    assert_replayed(act(action), first)
