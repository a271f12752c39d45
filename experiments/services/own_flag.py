"""Writing the flag of an experiment as a part of a change of the experiment."""

from datetime import datetime

from experiments.models import Experiment
from feature_flags.changes import FlagChanges
from feature_flags.services import write_flag
from users.models import User


def write_own_flag(
    *, experiment: Experiment, changes: FlagChanges, actor: User, now: datetime
) -> None:
    """Write the locked flag of an experiment, which keeps its own copy of the settings.

    :raises ApprovalRequired: when others must agree first.
    """
    flag = experiment.feature_flag
    write_flag(flag=flag, changes=changes, actor=actor, now=now, writer=experiment)
