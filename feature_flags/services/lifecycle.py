"""The transitions of a flag: on, off, archived, and back."""

from datetime import datetime

from approvals.approved import Approved
from core.db.transactions import use_case
from feature_flags.changes import FlagChanges
from feature_flags.models import FeatureFlag
from feature_flags.selectors import lock_flag
from feature_flags.services.update import completed
from feature_flags.services.write import write_flag
from users.models import User

# What each transition makes of a flag.
TRANSITIONS: dict[str, FlagChanges] = {
    "enable": {"active": True},
    "disable": {"active": False},
    "archive": {"archived": True},
    "unarchive": {"archived": False},
}


@use_case
def take_transition(
    *,
    flag: FeatureFlag,
    transition: str,
    actor: User,
    now: datetime,
    approval: Approved | None = None,
) -> FeatureFlag:
    """Take one of the `TRANSITIONS`; a flag that is in that state already is not written.

    :raises ApprovalRequired: when others must agree to it first.
    :raises DependencyIsOff: when it is switched on and a flag that it depends on is off.
    :raises FlagIsArchived: when it is switched on and is archived.
    :raises FlagIsNeeded: when it is switched off and a flag that is on depends on it.
    """
    flag = lock_flag(flag=flag)
    changes = TRANSITIONS[transition]
    if any(getattr(flag, name) != value for name, value in changes.items()):
        wanted = completed(flag, changes)
        write_flag(flag=flag, changes=wanted, actor=actor, now=now, approval=approval)
    return flag
