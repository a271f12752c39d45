from datetime import timedelta

import pytest
from django.utils import timezone

from experiments.models import Experiment, ScheduledStep
from experiments.selectors import lock_experiment
from experiments.services import run_schedules
from feature_flags.models import FeatureFlag
from tenants.models import Project
from tests.approvals.concurrency import holding
from tests.experiments.paths import member

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("_many_writers"),
]


def test_run_schedules__two_runners_at_once__taken_once(client, experiment):
    due = timezone.now() + timedelta(seconds=1)
    client.patch(member(experiment), {"scheduling_config": {"launch_at": due.isoformat()}})
    later = due + timedelta(minutes=1)

    with holding(
        lambda: lock_experiment(experiment=experiment),
        lambda: run_schedules(now=later),
        lambda: run_schedules(now=later),
    ) as futures:
        pass

    assert sorted(future.result() for future in futures) == [0, 1]
    assert Experiment.objects.get().feature_flag.version == 2
    assert ScheduledStep.objects.get().outcome == "done"


def test_run_schedules__edited_meanwhile__neither_fails(client, experiment):
    due = timezone.now() + timedelta(seconds=1)
    path = member(experiment)
    client.patch(path, {"scheduling_config": {"launch_at": due.isoformat()}})

    with holding(
        lambda: lock_experiment(experiment=experiment),
        lambda: run_schedules(now=due + timedelta(minutes=1)),
        lambda: client.patch(path, {"scheduling_config": None}).status_code,
    ) as futures:
        pass

    taken, status = (future.result() for future in futures)
    assert status == 200
    assert Experiment.objects.get().status == ("running" if taken else "draft")


def test_run_schedules__project_deleted_meanwhile__no_step_taken(client, experiment):
    due = timezone.now() + timedelta(seconds=1)
    client.patch(member(experiment), {"scheduling_config": {"launch_at": due.isoformat()}})
    Experiment.objects.update(deleted=True)
    FeatureFlag.objects.update(deleted=True)

    with holding(
        Project.objects.all().delete,
        lambda: run_schedules(now=due + timedelta(minutes=1)),
    ) as futures:
        pass

    assert futures[0].result() == 0
