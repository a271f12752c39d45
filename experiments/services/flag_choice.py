"""Which flag an experiment drives: the project's flag with the key, or a new one."""

from datetime import datetime

from core.exceptions import Conflict, RuleBroken
from experiments.changes import ExperimentChanges
from experiments.services.flag_sync import new_flag
from experiments.variants import CONTROL, MIN_VARIANTS
from feature_flags.filters import variant_keys
from feature_flags.models import FeatureFlag
from feature_flags.selectors import find_live_flag, lock_flags
from feature_flags.services import KeyTaken, insert_flag
from holdouts.models import Holdout
from tenants.models import Project
from users.models import User


class UnusableFlag(RuleBroken):
    """Raised for an existing flag that cannot carry an experiment."""


def flag_for(
    *,
    project: Project,
    values: ExperimentChanges,
    holdout: Holdout | None,
    actor: User,
    now: datetime,
) -> FeatureFlag:
    """Return the live flag with the key, locked and as it is, or make it.

    :raises ApprovalRequired: when others must agree to a new flag first.
    :raises Conflict: when someone deletes or renames the flag at the same time.
    :raises UnusableFlag: when the flag that is there lacks the variants.
    """
    key = values["feature_flag_key"]
    flag = find_live_flag(project=project, key=key)
    if flag is None:
        wanted = new_flag(project=project, values=values, holdout=holdout)
        try:
            return insert_flag(project=project, values=wanted, actor=actor, now=now)
        except KeyTaken:
            # Someone made this flag between our look and our insert: it exists now.
            flag = find_live_flag(project=project, key=key)
            if flag is None:
                raise Conflict from None
    flag = _locked(flag)
    check_usable(flag)
    return flag


def _locked(flag: FeatureFlag) -> FeatureFlag:
    # Locked, so that nobody deletes the flag while the experiment on it is being made.
    locked = lock_flags(flag_ids=[flag.pk])[0]
    if locked.deleted or locked.key != flag.key:
        # Someone deleted or renamed it between our look and our lock.
        raise Conflict
    return locked


def check_usable(flag: FeatureFlag) -> None:
    """Check that the flag serves variants that can be compared.

    :raises UnusableFlag: when it has fewer than two, or no control.
    """
    keys = variant_keys(flag.filters)
    if len(keys) < MIN_VARIANTS:
        raise UnusableFlag(
            f"The feature flag '{flag.key}' has fewer than {MIN_VARIANTS} variants. "
            "Give it variants, or choose another key."
        )
    if CONTROL not in keys:
        raise UnusableFlag(
            f"The feature flag '{flag.key}' has no variant with the key '{CONTROL}'."
        )
