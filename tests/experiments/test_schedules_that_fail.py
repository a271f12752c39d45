from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from experiments.models import ScheduledStep
from experiments.services import launch_experiment, run_schedules
from experiments.services.schedule import MAX_ATTEMPTS
from tests.experiments.paths import member
from tests.factories import make_experiment

LATER = timedelta(days=1)


@pytest.fixture
def schedule(client):
    def schedule(experiment):
        due = (timezone.now() + LATER).isoformat()
        response = client.patch(member(experiment), {"scheduling_config": {"launch_at": due}})
        assert response.status_code == 200
        return experiment

    return schedule


@pytest.fixture
def broken(schedule, experiment, monkeypatch):
    """An experiment whose step the server cannot take."""
    failing, launch = schedule(experiment), launch_experiment.in_transaction

    def fail(*, experiment, **others):
        if experiment.pk == failing.pk:
            raise RuntimeError
        return launch(experiment=experiment, **others)

    monkeypatch.setattr(launch_experiment, "in_transaction", fail)
    return failing


def test_run_schedules__one_step_fails__others_taken(broken, schedule, project, ada):
    other = schedule(make_experiment(project, ada))

    with time_machine.travel(timezone.now() + 2 * LATER):
        assert run_schedules(now=timezone.now()) == 1

    other.refresh_from_db()
    assert other.status == "running"
    step = ScheduledStep.objects.get(experiment=broken)
    assert (step.attempts, step.done_at) == (1, None)


def test_run_schedules__fails_again_and_again__given_up(broken):
    with time_machine.travel(timezone.now() + 2 * LATER):
        visits = [run_schedules(now=timezone.now()) for _ in range(MAX_ATTEMPTS + 1)]

    assert visits == [0] * (MAX_ATTEMPTS - 1) + [1, 0]
    assert ScheduledStep.objects.get().outcome.startswith("refused: ")
