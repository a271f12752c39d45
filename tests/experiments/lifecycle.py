"""Experiments at every stage of their life, and the paths of the steps between stages."""

from datetime import UTC, datetime

from experiments.models import Experiment
from tenants.models import Project
from tests import factories
from tests.experiments.paths import member
from users.models import User

START = datetime(2026, 1, 10, 9, 30, tzinfo=UTC)
END = datetime(2026, 2, 10, 9, 30, tzinfo=UTC)
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
NOW_ON_THE_WIRE = "2026-03-01T12:00:00Z"


def step(experiment: Experiment, name: str) -> str:
    return f"{member(experiment)}{name}/"


def make_running(project: Project, actor: User, **values) -> Experiment:
    return factories.make_experiment(project, actor, start_date=START, **values)


def make_paused(project: Project, actor: User, **values) -> Experiment:
    experiment = make_running(project, actor, **values)
    set_flag(experiment, active=False)
    return experiment


def make_stopped(project: Project, actor: User, **values) -> Experiment:
    return make_running(project, actor, end_date=END, **values)


def set_flag(experiment: Experiment, **values) -> None:
    """Make the flag what nobody could make it through an experiment."""
    flag = experiment.feature_flag
    for name, value in values.items():
        setattr(flag, name, value)
    flag.save(update_fields=list(values))
