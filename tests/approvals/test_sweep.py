from datetime import timedelta
from importlib import import_module

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from approvals.models import ChangeRequest
from approvals.services import sweep
from approvals.services.sweep import Sweep
from experiments.models import Experiment
from feature_flags.models import FeatureFlag
from holdouts.models import Holdout
from tests import factories
from tests.approvals.changes import LAUNCH, excluding, recorded, split
from tests.approvals.paths import collection, member, request_at

LATER = timedelta(days=14, seconds=1)


@pytest.fixture
def swept(launch_request):
    def run(after=timedelta(0)):
        done = sweep(now=timezone.now() + after)
        launch_request.refresh_from_db()
        return done

    return run


@pytest.mark.parametrize("state", ["pending", "approved"])
def test_sweep__overdue__expired(swept, launch_request, state):
    ChangeRequest.objects.update(state=state)

    assert swept(LATER) == Sweep(visited=1, expired=1)
    assert launch_request.state == "expired"


def test_sweep__time_not_come__left_open(swept, launch_request):
    assert swept(timedelta(days=13, hours=23)) == Sweep(visited=1)
    assert (launch_request.state, launch_request.validation_status) == ("pending", "valid")


def test_sweep__lifetime_of_policy__counts(make_policy, ask, experiment):
    make_policy(expires_after=timedelta(hours=1))
    request = ask(experiment, LAUNCH)

    assert request.expires_at == request.created_at + timedelta(hours=1)
    assert sweep(now=request.expires_at).expired == 1


@pytest.mark.parametrize("state", ["applied", "rejected", "expired", "failed"])
def test_sweep__decided__untouched(swept, launch_request, state):
    ChangeRequest.objects.update(state=state)
    FeatureFlag.objects.update(version=9)
    before = recorded()

    assert swept(LATER) == Sweep()
    assert recorded() == before


def test_sweep__twice__work_done_once(swept):
    assert swept(LATER).expired == 1
    before = recorded()

    assert swept(LATER) == Sweep()
    assert recorded() == before


def test_sweep__flag_changed__stale_but_pending(swept, launch_request, experiment, ada):
    factories.change_experiment(experiment, ada, **split(20))

    assert swept() == Sweep(visited=1, stale=1)
    assert (launch_request.state, launch_request.validation_status) == ("pending", "stale")
    assert list(launch_request.validation_errors) == ["staleness"]
    assert "version" in launch_request.validation_errors["staleness"]
    assert launch_request.validated_at is not None
    assert swept() == Sweep(visited=1)


def test_sweep__field_as_before_again__valid_again(client, make_policy, ask, experiment):
    make_policy()
    request = ask(experiment, LAUNCH | {"name": "New"})
    for now_called, status in (("Other", "stale"), (experiment.name, "valid")):
        client.patch(member(experiment), {"name": now_called})
        sweep(now=timezone.now())
        request.refresh_from_db()
        assert request.validation_status == status

    assert request.validation_errors is None


def test_sweep__other_field_changed__valid(client, swept, launch_request, experiment):
    client.patch(member(experiment), {"name": "Other"})

    assert swept() == Sweep(visited=1)


@pytest.mark.parametrize("model", [Experiment, FeatureFlag])
def test_sweep__deleted__stale(swept, launch_request, model):
    model.objects.update(deleted=True)

    assert swept() == Sweep(visited=1, stale=1)


def test_sweep__creation__valid_until_the_key_is_taken(client, project, make_policy):
    make_policy()
    body = {"name": "A", "feature_flag_key": "a"} | LAUNCH
    client.post(collection(project, "experiments"), body)
    assert sweep(now=timezone.now()) == Sweep(visited=1)

    factories.make_flag(project, "a")

    assert sweep(now=timezone.now()) == Sweep(visited=1, stale=1)


@pytest.mark.parametrize("how", ["percentage", "experiments", "gone"])
def test_sweep__holdout_changed__stale(make_policy, ask, holdout, held_experiment, ada, how):
    make_policy("experiment_holdout.update")
    ask(holdout, excluding(30))
    if how == "percentage":
        Holdout.objects.update(filters=excluding(20)["filters"])
    elif how == "experiments":
        factories.make_experiment(holdout.project, ada, holdout=holdout)
    else:
        Experiment.objects.update(holdout=None)
        holdout.delete()

    assert sweep(now=timezone.now()) == Sweep(visited=1, stale=1)


def test_sweep__stale__approved_and_fails(swept, voter, launch_request):
    FeatureFlag.objects.update(version=9)
    swept()

    body = voter.post(request_at(launch_request, "approve"), {}).json()

    assert (body["status"], body["change_request"]["validation_status"]) == ("failed", "stale")


def test_sweep__one_fails_us__others_are_done(
    swept, launch_request, make_policy, ask, experiment, monkeypatch
):
    make_policy("feature_flag.update")
    ask(experiment, split(10))
    module = import_module("approvals.services.sweep")
    judge = module._judge

    def fail_for_one(request, now):
        if request.pk == launch_request.pk:
            raise RuntimeError
        return judge(request, now)

    monkeypatch.setattr(module, "_judge", fail_for_one)
    FeatureFlag.objects.update(version=9)

    assert swept() == Sweep(visited=2, stale=1, failed=1)
    with pytest.raises(CommandError, match="1 failed"):
        call_command("sweep_change_requests")


def test_sweep__command__prints_counts(capsys, launch_request):
    ChangeRequest.objects.update(expires_at=launch_request.created_at)

    call_command("sweep_change_requests")
    call_command("sweep_change_requests")

    assert capsys.readouterr().out == "1 expired, 0 stale\n0 expired, 0 stale\n"
