from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from approvals.models import ApprovalPolicy, ChangeRequest
from experiments.models import Experiment, ScheduledStep
from tests.assertions import assert_invalid
from tests.experiments.paths import collection, member
from tests.factories import make_experiment
from tests.looping import in_one_test

LATER = timedelta(days=1)


def run() -> str:
    out = StringIO()
    call_command("run_schedules", stdout=out)
    return out.getvalue().strip()


def in_a_day() -> str:
    return (timezone.now() + LATER).isoformat()


@pytest.fixture
def scheduled(client, project, experiment):
    path = member(experiment)
    response = client.patch(path, {"scheduling_config": {"launch_at": in_a_day(), "note": "x"}})
    assert response.status_code == 200
    return experiment


def test_run_schedules__launch_is_due__launched_as_who_scheduled_it(scheduled, ada):
    with time_machine.travel(timezone.now() + 2 * LATER):
        assert run() == "1 taken"

    stored = Experiment.objects.get()
    step = ScheduledStep.objects.get()
    assert (stored.status, stored.feature_flag.active) == ("running", True)
    assert stored.feature_flag.last_modified_by == ada
    assert (step.outcome, step.scheduled_by) == ("done", ada)


def test_run_schedules__not_due_yet__nothing_taken(scheduled):
    assert run() == "0 taken"
    assert Experiment.objects.get().status == "draft"


def test_run_schedules__run_twice__taken_once(scheduled):
    with time_machine.travel(timezone.now() + 2 * LATER):
        assert [run(), run()] == ["1 taken", "0 taken"]


def test_forget_steps__taken_90_days_ago__gone(scheduled):
    out = StringIO()
    with time_machine.travel(timezone.now() + 2 * LATER):
        run()
        call_command("forget_steps", stdout=out)
    with time_machine.travel(timezone.now() + 93 * LATER):
        call_command("forget_steps", stdout=out)

    assert out.getvalue() == "0 forgotten\n1 forgotten\n"
    assert not ScheduledStep.objects.exists()


def test_forget_steps__its_time_is_written_again__not_taken_again(scheduled, client):
    with time_machine.travel(timezone.now() + 2 * LATER):
        run()
    config = Experiment.objects.get().scheduling_config
    with time_machine.travel(timezone.now() + 93 * LATER):
        call_command("forget_steps", stdout=StringIO())
        changed = client.patch(member(scheduled), {"scheduling_config": {**config, "note": "y"}})

        assert changed.status_code == 200
        assert run() == "0 taken"
    assert not ScheduledStep.objects.exists()


def test_run_schedules__end_is_due__stopped_and_conclusion_kept(client, project, ada):
    running = make_experiment(project, ada, start_date=timezone.now(), conclusion="won")
    client.patch(member(running), {"scheduling_config": {"end_at": in_a_day()}})

    with time_machine.travel(timezone.now() + 2 * LATER):
        run()

    stored = Experiment.objects.get()
    assert (stored.status, stored.conclusion) == ("stopped", "won")


def test_run_schedules__launch_needs_agreement__change_request_made(scheduled, grace, project):
    ApprovalPolicy.objects.create(
        organization=project.organization,
        project=project,
        action_key="feature_flag.enable",
        approver_config={"quorum": 1, "users": [grace.pk]},
    )

    with time_machine.travel(timezone.now() + 2 * LATER):
        run()

    assert Experiment.objects.get().status == "draft"
    assert str(ChangeRequest.objects.get().pk) in ScheduledStep.objects.get().outcome


@pytest.mark.parametrize("change", ["inactive", "left", "gone"])
def test_run_schedules__who_scheduled_it_has_no_access__refused(scheduled, ada, change):
    if change == "inactive":
        ada.is_active = False
        ada.save()
    elif change == "left":
        ada.memberships.all().delete()
    else:
        ada.delete()

    with time_machine.travel(timezone.now() + 2 * LATER):
        run()

    assert Experiment.objects.get().status == "draft"
    assert ScheduledStep.objects.get().outcome.startswith("refused")


@pytest.mark.parametrize("change", [{"deleted": True}, {"start_date": "2026-01-01T00:00:00Z"}])
def test_run_schedules__step_not_possible_any_more__refused(client, project, scheduled, change):
    client.patch(member(scheduled), change)
    before = Experiment.objects.values().get()

    with time_machine.travel(timezone.now() + 2 * LATER):
        run()

    assert Experiment.objects.values().get() == before
    assert ScheduledStep.objects.get().outcome.startswith("refused")


def test_schedule__written_back_after_it_was_taken__not_taken_again(client, project, scheduled):
    config = Experiment.objects.get().scheduling_config
    with time_machine.travel(timezone.now() + 2 * LATER):
        run()
        client.patch(member(scheduled), {"scheduling_config": config})

        assert run() == "0 taken"


@pytest.mark.parametrize("config", [None, {}, {"launch_at": None}, {"timeseries": True}])
def test_schedule__time_removed__nothing_waits(client, project, scheduled, config):
    client.patch(member(scheduled), {"scheduling_config": config})

    assert not ScheduledStep.objects.exists()


def test_schedule__named_at_creation__waits(client, project):
    body = {"name": "E", "feature_flag_key": "e", "scheduling_config": {"launch_at": in_a_day()}}

    client.post(collection(project), body)

    assert ScheduledStep.objects.get().step == "launch"


def test_schedule__duplicate__waits_for_nothing(client, project, scheduled):
    response = client.post(f"{member(scheduled)}duplicate/")

    assert response.json()["scheduling_config"] == {"note": "x"}
    assert ScheduledStep.objects.count() == 1


BAD_NEWS = {
    "in the past": {"launch_at": "2020-01-01T00:00:00Z"},
    "end in the past": {"end_at": "2020-01-01T00:00:00Z"},
    "no zone": {"launch_at": "2099-01-01T09:00:00"},
    "a day": {"launch_at": "2099-01-01"},
    "end without zone": {"end_at": "2099-01-01T09:00:00"},
    "misspelled": {"lauch_at": "2099-01-01T09:00:00Z"},
    "camel case": {"launchAt": "2099-01-01T09:00:00Z"},
    "capitals": {"LAUNCH_AT": "2099-01-01T09:00:00Z"},
    "blank": {"launch at": "2099-01-01T09:00:00Z"},
    "no underscore": {"endat": "2099-01-01T09:00:00Z"},
    "misspelled with a number": {"launch_ta": 5},
    "other word": {"start_date": "2099-01-01T09:00:00Z"},
    "other words": {"scheduled_for": "2099-01-01T09:00:00Z"},
}


@in_one_test("config", BAD_NEWS.values(), ids=BAD_NEWS.keys())
@in_one_test("method", ["create", "update"])
def test_schedule__would_not_happen_as_meant__refused(client, project, experiment, config, method):
    body = {"scheduling_config": config}

    if method == "create":
        body |= {"name": "E", "feature_flag_key": "e"}
        response = client.post(collection(project), body)
    else:
        response = client.patch(member(experiment), body)

    assert_invalid(response, "scheduling_config")
    assert not ScheduledStep.objects.exists()
    assert Experiment.objects.get().scheduling_config is None


def test_schedule__misspelled__the_right_name_told(client, experiment):
    sent = {"scheduling_config": {"lauch_at": in_a_day()}}

    assert "launch_at" in client.patch(member(experiment), sent).json()["detail"]


def test_schedule__a_moment_ago__taken_at_once(client, experiment):
    moment = (timezone.now() - timedelta(seconds=30)).isoformat()

    response = client.patch(member(experiment), {"scheduling_config": {"launch_at": moment}})

    assert response.status_code == 200
    assert run() == "1 taken"


@pytest.mark.parametrize("stored", [{"launch_at": "2020-01-01T00:00:00"}, {"lauch_at": "2020"}])
def test_schedule__stored_long_ago__what_was_read_is_accepted(client, experiment, stored):
    Experiment.objects.update(scheduling_config=stored)
    read = client.get(member(experiment)).json()

    response = client.patch(member(experiment), read | {"name": "New"})

    assert response.status_code == 200
    assert response.json()["scheduling_config"] == stored


@in_one_test(
    ("dates", "key"),
    [
        ({"start_date": "2024-01-01T00:00:00Z"}, "launch_at"),
        ({"start_date": "2024-01-01T00:00:00Z", "end_date": "2024-02-01T00:00:00Z"}, "end_at"),
    ],
    ids=["launched", "ended"],
)
def test_schedule__step_is_behind_it__refused(client, experiment, dates, key):
    assert client.patch(member(experiment), dates).status_code == 200

    response = client.patch(member(experiment), {"scheduling_config": {key: in_a_day()}})

    assert_invalid(response, "scheduling_config")


@pytest.mark.parametrize("config", [{"timeseries": True}, {"note": "launch it"}, {"owner": None}])
def test_schedule__other_members__kept(client, experiment, config):
    response = client.patch(member(experiment), {"scheduling_config": config})

    assert response.json()["scheduling_config"] == config


@in_one_test(
    "config",
    [
        {"launch_at": "soon"},
        {"launch_at": 5},
        {"end_at": "0001-01-01T00:00:00+23:00"},
        {"launch_at": "2026-02-01T00:00:00Z", "end_at": "2026-02-01T00:00:00Z"},
    ],
    ids=["word", "number", "before all time", "end not after launch"],
)
def test_schedule__bad_time__refused(client, project, experiment, config):
    response = client.patch(member(experiment), {"scheduling_config": config})

    assert_invalid(response, "scheduling_config")
