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


@pytest.mark.parametrize(
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
