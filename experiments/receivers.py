"""Copies variants and rollout of a changed flag into the experiments on it."""

from collections.abc import Mapping
from datetime import datetime

from activity.services import record_update
from activity.snapshots import snapshot
from activity.subjects import EXPERIMENT
from core.db import rows
from core.db.batches import batched
from experiments.flag_settings import served_settings
from experiments.models import Experiment
from experiments.services.flag_sync import take_over_parameters
from experiments.status import Status
from feature_flags.models import FeatureFlag
from feature_flags.signals import flag_updated
from users.models import User


def connect() -> None:
    """Listen to the one signal of the house."""
    flag_updated.connect(carry_flag, dispatch_uid="experiments.carry_flag")


def carry_flag(
    sender: object,
    *,
    flag: FeatureFlag,
    before: Mapping[str, object],
    actor: User,
    now: datetime,
    writer: object = None,
    **kwargs: object,
) -> None:
    """Write what a flag serves otherwise now into the drafts and running experiments on it.

    Deleted ones get them too. An ended experiment keeps what it had, and so does the one whose
    change this is a part of.
    """
    was, served = (served_settings(each, continuity=None) for each in (before, flag.filters))
    if was == served:
        return
    experiments = Experiment.objects.filter(feature_flag=flag).exclude(status=Status.STOPPED)
    if isinstance(writer, Experiment):
        experiments = experiments.exclude(pk=writer.pk)
    with batched():
        for experiment in experiments.order_by("pk"):
            _carry(experiment, flag, actor, now)


def _carry(experiment: Experiment, flag: FeatureFlag, actor: User, now: datetime) -> None:
    state = snapshot(experiment)
    experiment.feature_flag = flag
    take_over_parameters(experiment=experiment)
    if experiment.parameters != state["parameters"]:
        experiment.updated_at = now
        rows.update(experiment, columns=["parameters", "updated_at"])
        record_update(EXPERIMENT, experiment, before=state, actor=actor, now=now)
