"""Writing the flag of an experiment as a part of a change of the experiment."""

from datetime import datetime

from approvals.approved import Approved
from experiments.models import Experiment
from feature_flags.changes import FlagChanges
from feature_flags.services import write_flag
from users.models import User


def write_own_flag(
    *,
    experiment: Experiment,
    changes: FlagChanges,
    actor: User,
    now: datetime,
    approval: Approved | None,
) -> None:
    """Make these changes, if any, of an experiment's locked flag; it keeps its own copy of them.

    :raises ApprovalRequired: when others must agree first.
    """
    if not changes:
        return
    write_flag(
        flag=experiment.feature_flag,
        changes=changes,
        actor=actor,
        now=now,
        writer=experiment,
        approval=approval,
    )
