import pytest

from approvals.models import ChangeRequest
from experiments.models import Experiment
from feature_flags.models import FeatureFlag
from tests.assertions import assert_error, assert_invalid
from tests.experiments.database_rows import everything
from tests.experiments.lifecycle import (
    NOW,
    NOW_ON_THE_WIRE,
    make_paused,
    make_running,
    make_stopped,
    set_flag,
    step,
)
from tests.experiments.paths import member
from tests.factories import make_experiment, make_flag

ENABLE, DISABLE, UPDATE = "feature_flag.enable", "feature_flag.disable", "feature_flag.update"
SHIP = {"variant_key": "test", "conclusion": "won"}
# What is asked about, at which stage it is tried, and the policy that governs it.
GATED = {
    "launch": (make_experiment, None, ENABLE),
    "pause": (make_running, None, DISABLE),
    "resume": (make_paused, None, ENABLE),
    "ship_variant": (make_running, SHIP, UPDATE),
}
FREE = {
    "end": make_running,
    "archive": make_stopped,
    "reset": make_running,
    "duplicate": make_stopped,
}
# Status, whether the flag is active, and the shares of its variants, once it is agreed.
DONE = {
    "launch": ("running", True, [50, 50]),
    "pause": ("running", False, [50, 50]),
    "resume": ("running", True, [50, 50]),
    "ship_variant": ("stopped", True, [0, 100]),
}
every_gated = pytest.mark.parametrize("name", GATED)


def test_gated_step__launch_agreed_to__launched_as_if_it_were_asked_for_then(
    client, experiment, ada, govern, approve, time_machine
):
    govern(ENABLE)
    shown, before = client.get(member(experiment)).json(), everything()

    response = client.post(step(experiment, "launch"))

    assert response.status_code == 409
    request = ChangeRequest.objects.get()
    assert response.json()["change_request_id"] == str(request.pk)
    assert response.json()["code"] == "approval_required"
    assert everything() == before
    time_machine.move_to(NOW.replace(year=2027), tick=False)
    ChangeRequest.objects.update(expires_at=NOW.replace(year=2028))
    assert approve(request) == "applied"
    then = NOW_ON_THE_WIRE.replace("2026", "2027")
    flag = shown["feature_flag"] | {"active": True, "version": 2}
    launched = {"start_date": then, "updated_at": then, "status": "running", "feature_flag": flag}
    assert client.get(member(experiment)).json() == shown | launched
    assert FeatureFlag.objects.get().last_modified_by == ada


@every_gated
def test_gated_step__policy_about_it__asked_and_nothing_written(client, project, ada, govern, name):
    make, body, key = GATED[name]
    experiment = make(project, ada)
    govern(key)
    before = everything()

    response = client.post(step(experiment, name), body)

    assert response.status_code == 409
    request = ChangeRequest.objects.get()
    assert (request.state, request.action_key) == ("pending", key)
    assert (request.resource_type, request.resource_id) == ("feature_flag", None)
    assert (request.subject, request.created_by) == (
        f"feature_flag:{experiment.feature_flag_id}",
        ada,
    )
    assert everything() == before


@every_gated
def test_gated_step__agreed_to__flag_and_experiment_changed(
    client, project, ada, govern, approve, name
):
    make, body, key = GATED[name]
    experiment = make(project, ada)
    govern(key)
    client.post(step(experiment, name), body)

    outcome = approve(ChangeRequest.objects.get())

    assert outcome == "applied"
    stored = Experiment.objects.get()
    variants = stored.feature_flag.filters["multivariate"]["variants"]
    shares = [variant["rollout_percentage"] for variant in variants]
    assert (stored.status, stored.feature_flag.active, shares) == DONE[name]
    assert stored.conclusion == ("won" if name == "ship_variant" else None)


@every_gated
def test_gated_step__asked_again__the_open_request(client, project, ada, govern, name):
    make, body, key = GATED[name]
    experiment = make(project, ada)
    govern(key)
    first = client.post(step(experiment, name), body).json()

    second = client.post(step(experiment, name), body)

    assert second.status_code == 409
    assert second.json()["code"] == "change_request_pending"
    assert second.json()["change_request_id"] == first["change_request_id"]


@every_gated
def test_gated_step__policies_about_other_things__done(client, project, ada, govern, name):
    make, body, key = GATED[name]
    experiment = make(project, ada)
    govern(*({ENABLE, DISABLE, UPDATE} - {key}))

    response = client.post(step(experiment, name), body)

    assert response.status_code == 200
    assert not ChangeRequest.objects.exists()


@pytest.mark.parametrize("name", FREE)
def test_free_step__every_policy__done(client, project, ada, govern, name):
    experiment = FREE[name](project, ada)
    govern(ENABLE, DISABLE, UPDATE)

    response = client.post(step(experiment, name))

    assert response.status_code in {200, 201}
    assert not ChangeRequest.objects.exists()


@every_gated
def test_gated_step__not_possible_now__refused_and_not_asked(client, project, ada, govern, name):
    make = {"resume": make_running, "ship_variant": make_experiment}.get(name, make_stopped)
    experiment = make(project, ada)
    govern(ENABLE, DISABLE, UPDATE)

    response = client.post(step(experiment, name), GATED[name][1])

    assert_invalid(response, None)
    assert not ChangeRequest.objects.exists()


@every_gated
def test_gated_step__flag_changed_meanwhile__fails(client, project, ada, govern, approve, name):
    make, body, key = GATED[name]
    experiment = make(project, ada)
    govern(key)
    client.post(step(experiment, name), body)
    set_flag(experiment, version=7)
    before = everything()

    outcome = approve(ChangeRequest.objects.get())

    assert outcome == "failed"
    assert everything() == before


@every_gated
def test_gated_step__experiment_deleted_meanwhile__fails(
    client, project, ada, govern, approve, name
):
    make, body, key = GATED[name]
    experiment = make(project, ada)
    govern(key)
    client.post(step(experiment, name), body)
    client.patch(member(experiment), {"deleted": True})
    before = everything()

    outcome = approve(ChangeRequest.objects.get())

    assert outcome == "failed"
    assert everything() == before


def test_gated_step__ended_while_its_pause_waits__fails(client, project, ada, govern, approve):
    experiment = make_running(project, ada)
    govern(DISABLE)
    client.post(step(experiment, "pause"))
    client.post(step(experiment, "end"))
    before = everything()

    outcome = approve(ChangeRequest.objects.get())

    assert outcome == "failed"
    assert everything() == before


def test_gated_step__may_bypass__done(client, project, ada, govern):
    experiment = make_experiment(project, ada)
    govern(ENABLE, bypass_org_membership_levels=[1])

    response = client.post(step(experiment, "launch"))

    assert response.json()["status"] == "running"


def test_launch_experiment__flag_active_already__not_asked(client, project, ada, govern):
    make_flag(project, "checkout")
    experiment = make_experiment(project, ada, feature_flag_key="checkout")
    govern(ENABLE)

    response = client.post(step(experiment, "launch"))

    assert response.json()["status"] == "running"


def test_ship_variant__shipped_already__not_asked(client, project, ada, govern):
    experiment = make_running(project, ada)
    client.post(step(experiment, "ship_variant"), SHIP)
    govern(UPDATE)

    response = client.post(step(experiment, "ship_variant"), SHIP | {"conclusion": "lost"})

    assert response.json()["conclusion"] == "lost"


def test_ship_variant__form__read_as_a_form_again(client, project, ada, govern, approve):
    experiment = make_running(project, ada)
    govern(UPDATE)
    form = "application/x-www-form-urlencoded"
    client.post(step(experiment, "ship_variant"), b"variant_key=test", content_type=form)

    outcome = approve(ChangeRequest.objects.get())

    assert (outcome, Experiment.objects.get().status) == ("applied", "stopped")


def test_gated_step__no_key__refused_and_not_asked(anonymous, experiment, govern):
    govern(ENABLE)

    response = anonymous.post(step(experiment, "launch"))

    assert_error(response, 401, "not_authenticated")
    assert not ChangeRequest.objects.exists()
