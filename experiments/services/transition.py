"""Locking, checks and history that every transition of an experiment shares."""

from datetime import datetime

from activity.services import record_update
from activity.snapshots import State, snapshot
from activity.subjects import EXPERIMENT
from core.db import rows
from core.exceptions import RuleBroken
from experiments.models import Experiment
from experiments.selectors import lock_experiment
from experiments.status import refusal_of
from users.models import User

_STEPS_OF_THE_FLAG = frozenset(
    {"pause", "resume", "ship_variant", "freeze_exposure", "unfreeze_exposure"}
)


class WrongStep(RuleBroken):
    """Raised for a step that the experiment cannot take where it is."""


def check_step(step: str, experiment: Experiment) -> None:
    """Check that an experiment can take a step in its state.

    :raises WrongStep: when it cannot.
    """
    if refusal := refusal_of(step=step, status=experiment.status):
        raise WrongStep(refusal)


def at_step(step: str, experiment: Experiment) -> tuple[Experiment, State]:
    """Lock an experiment that takes a step, and return it with its state before.

    :raises WrongStep: when it cannot take this step.
    """
    experiment = lock_experiment(experiment=experiment)
    check_step(step, experiment)
    if step in _STEPS_OF_THE_FLAG:
        # They may change nothing but the flag, and the experiment's history tells of them as well.
        experiment.told_columns = _told(experiment)
    return experiment, snapshot(experiment)


def saved(
    experiment: Experiment, before: State, actor: User, now: datetime, *columns: str
) -> Experiment:
    """Write these columns of an experiment that took a step, and the entry in its history."""
    experiment.refresh_status()
    experiment.updated_at = now
    rows.update(experiment, columns=[*columns, "status", "updated_at"])
    if hasattr(experiment, "told_columns"):
        experiment.told_columns = _told(experiment)
    record_update(EXPERIMENT, experiment, before=before, actor=actor, now=now)
    return experiment


def _told(experiment: Experiment) -> State:
    flag = experiment.feature_flag
    return {"feature_flag_active": flag.active, "feature_flag_filters": flag.shown_filters}
