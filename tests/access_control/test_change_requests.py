from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from approvals.models import ChangeRequest
from approvals.services import create_policy
from experiments.models import Experiment, ScheduledStep
from tests import factories
from tests.access_control.refusals import all_rows, assert_too_low

LAUNCH = {"start_date": "2026-01-01T00:00:00Z"}
GATED = ("feature_flag.enable", "feature_flag.update", "experiment_holdout.delete")
# What somebody asks for, and what rules call what they must not have lost then.
ASKED = {
    "launch": ("experiment", "post", "experiments/{experiment.pk}/launch/", {}),
    "change": ("experiment", "patch", "experiments/{experiment.pk}/", LAUNCH),
    "replacement": (
        "experiment",
        "put",
        "experiments/{experiment.pk}/",
        LAUNCH | {"name": "New", "feature_flag_key": "asked"},
    ),
    "creation": ("experiment", "post", "experiments/", {"name": "New", "feature_flag_key": "new"}),
    "duplicate": (
        "experiment",
        "post",
        "experiments/{experiment.pk}/duplicate/",
        {"feature_flag_key": "new"},
    ),
    "copy": (
        "experiment",
        "post",
        "experiments/{experiment.pk}/copy_to_project/",
        {"target_team_id": "{sister.pk}", "feature_flag_key": "new"},
    ),
    "holdout": ("experiment", "delete", "experiment_holdouts/{holdout.pk}/", {}),
    "flag": ("feature_flag", "patch", "feature_flags/{flag.pk}/", {"active": True}),
}


def govern(project, admin):
    """Have an admin asked about all that these tests change."""
    for key in GATED:
        create_policy(
            project=project,
            values={"action_key": key, "approver_config": {"quorum": 1, "users": [admin.pk]}},
            actor=admin,
            now=timezone.now(),
        )


@pytest.fixture
def send(project, ada, edith, colleague, sister, holdout):
    """Send what somebody asks for, as grace, about things that ada made."""
    experiment = factories.make_experiment(project, ada, feature_flag_key="asked", holdout=holdout)
    rows = {"experiment": experiment, "holdout": holdout, "sister": sister}
    rows["flag"] = experiment.feature_flag
    govern(project, edith)
    govern(sister, edith)

    def send(what):
        _, method, path, body = ASKED[what]
        body = {
            name: value.format(**rows) if isinstance(value, str) else value
            for name, value in body.items()
        }
        return getattr(colleague, method)(f"/api/projects/{project.pk}/{path.format(**rows)}", body)

    return send


@pytest.fixture
def approve(admin):
    def approve():
        request = ChangeRequest.objects.get()
        url = f"/api/projects/{request.project_id}/change_requests/{request.pk}/approve/"
        assert admin.post(url).status_code == 200
        request.refresh_from_db()
        return request

    return approve


@pytest.mark.parametrize("what", ASKED)
def test_change_requests__level_kept__carried_out(send, approve, what):
    assert send(what).status_code == 409

    assert approve().state == "applied"


@pytest.mark.parametrize("what", ASKED)
def test_change_requests__level_lost_before_asking__refused_and_not_recorded(
    send, give, grace, what
):
    give("viewer", to=grace, about=ASKED[what][0])

    assert_too_low(send(what))
    assert not ChangeRequest.objects.exists()


@pytest.mark.parametrize("what", [what for what in ASKED if what != "copy"])
def test_change_requests__level_lost_after_asking__fails_and_changes_nothing(
    send, give, grace, approve, what
):
    assert send(what).status_code == 409
    give("viewer", to=grace, about=ASKED[what][0])
    before = all_rows()

    request = approve()

    assert request.state == "failed"
    assert "The person who asked for this has no access any more." in request.apply_error
    assert all_rows() == before


@pytest.mark.parametrize("where", ["project", "sister"])
def test_change_requests__copy_and_level_lost_at_either_end__fails(
    send, give, grace, approve, request, where
):
    assert send("copy").status_code == 409
    give("viewer", to=grace, project=request.getfixturevalue(where))

    assert approve().state == "failed"
    assert Experiment.objects.count() == 1


def test_change_requests__project_closed_to_who_asked__fails(send, give, approve, project):
    assert send("launch").status_code == 409
    give("none", about="project", row=project)

    assert approve().state == "failed"


def test_change_requests__scheduled_step_and_level_lost__not_taken(
    colleague, give, grace, experiment
):
    url = f"/api/projects/{experiment.project_id}/experiments/{experiment.pk}/"
    due = timezone.now() + timedelta(days=1)
    body = {"scheduling_config": {"launch_at": due.isoformat()}}
    assert colleague.patch(url, body).status_code == 200
    give("viewer", to=grace)

    with time_machine.travel(due + timedelta(hours=1)):
        call_command("run_schedules", stdout=StringIO())

    assert Experiment.objects.get().status == "draft"
    outcome = ScheduledStep.objects.get().outcome
    assert outcome == "refused: the person who scheduled it has no access any more"
