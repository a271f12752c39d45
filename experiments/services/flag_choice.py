"""Which flag an experiment drives: the project's flag with the key, or a new one."""

from datetime import datetime
from typing import Any

from approvals.approved import Approved
from core.exceptions import Conflict, PermissionDenied, RuleBroken
from experiments.changes import Document, ExperimentChanges
from experiments.services.flag_sync import new_flag
from experiments.variants import MIN_VARIANTS
from feature_flags.filters import CONTROL, variant_keys
from feature_flags.models import FeatureFlag
from feature_flags.selectors import find_live_flag, lock_flags, owners_of_experiments
from feature_flags.services import KeyTaken, insert_flag
from holdouts.models import Holdout
from tenants.levels import EXPERIMENT, FEATURE_FLAG
from tenants.models import Project
from tenants.selectors import find_access
from users.models import User


class UnusableFlag(RuleBroken):
    """Raised for an existing flag that cannot carry an experiment."""


class FlagDenied(PermissionDenied):
    """Raised for an existing flag that its finder may not change, alone or with its experiments."""

    default_detail = (
        "You do not have editor access to the feature flag with this key and to every experiment "
        "that uses it. Choose another key."
    )


class FlagFixed(PermissionDenied):
    """Raised for a change of a flag by somebody who may change its experiments only."""

    default_detail = "You do not have editor access to the feature flag of this experiment."


class FlagExists(UnusableFlag):
    """Raised for settings of a new flag when the project has a flag with that key already."""

    default_attr = "feature_flag"
    default_detail = (
        "The project has a feature flag with this key. Leave feature_flag out to use it as it is, "
        "or choose another key."
    )


def flag_for(
    *,
    project: Project,
    values: ExperimentChanges,
    holdout: Holdout | None,
    actor: User,
    now: datetime,
    approval: Approved | None,
) -> tuple[FeatureFlag, bool]:
    """Return the live flag with the key, locked and as it is, or make it; and whether it was there.

    :raises ApprovalRequired: when others must agree to a new flag first.
    :raises Conflict: when someone deletes or renames the flag at the same time.
    :raises FlagDenied: when the actor may not change the flag, or an experiment that uses it.
    :raises UnusableFlag: when the flag lacks the variants, or the client describes a new one.
    """
    key = values["feature_flag_key"]
    flag = find_live_flag(project=project, key=key)
    if flag is None:
        wanted = new_flag(project=project, values=values, holdout=holdout)
        try:
            who: Any = {"actor": actor, "now": now, "approval": approval}
            return insert_flag(project=project, values=wanted, **who), False
        except KeyTaken:
            # Someone made this flag between our look and our insert: it exists now.
            flag = find_live_flag(project=project, key=key)
    if flag is None:
        raise Conflict
    return _adopted(flag, project=project, values=values, actor=actor), True


def _adopted(
    flag: FeatureFlag, *, project: Project, values: ExperimentChanges, actor: User
) -> FeatureFlag:
    # Asked before anything of the flag is told.
    _check_may_attach(flag, project=project, actor=actor)
    if values.get("feature_flag"):
        raise FlagExists
    return _usable(flag)


def _check_may_attach(flag: FeatureFlag, *, project: Project, actor: User) -> None:
    """Check that the actor may change the flag and every experiment that uses it.

    Who edits an experiment edits its flag, and the flag carries variants and rollout into all of
    its experiments: a new experiment on the flag opens both.

    :raises FlagDenied: when they may not.
    """
    access = find_access(user=actor, project=project, resource=FEATURE_FLAG)
    if access.is_unbounded:
        return
    access.prepare({FEATURE_FLAG, EXPERIMENT})
    users = owners_of_experiments(flag=flag)
    if not access.may_write(FEATURE_FLAG, flag) or not all(
        access.may_write(EXPERIMENT, experiment) for experiment in users
    ):
        raise FlagDenied


def check_may_change(flag: FeatureFlag, *, project: Project, actor: User) -> None:
    """Check that the actor may change the flag itself.

    :raises FlagFixed: when they may not.
    """
    access = find_access(user=actor, project=project, resource=FEATURE_FLAG)
    if not access.may_write(FEATURE_FLAG, flag):
        raise FlagFixed


def _usable(flag: FeatureFlag) -> FeatureFlag:
    # Locked, so that nobody deletes the flag while the experiment on it is being made.
    locked = lock_flags(flag_ids=[flag.pk])[0]
    if locked.deleted or locked.key != flag.key:
        # Someone deleted or renamed it between our look and our lock.
        raise Conflict
    check_usable(locked)
    return locked


def check_launchable(flag: FeatureFlag, *, filters: Document | None = None) -> None:
    """Check that an experiment can start with the flag, as it is or with these filters.

    :raises UnusableFlag: when it is deleted, or lacks the variants.
    """
    if flag.deleted:
        raise UnusableFlag("The experiment's feature flag is deleted. Restore the flag first.")
    check_usable(flag, filters=filters)


def check_usable(flag: FeatureFlag, *, filters: Document | None = None) -> None:
    """Check that the flag, as it is or with these filters, serves variants that can be compared.

    :raises UnusableFlag: when it has fewer than two, or no control.
    """
    keys = variant_keys(flag.filters if filters is None else filters)
    if len(keys) < MIN_VARIANTS:
        raise UnusableFlag(
            f"The feature flag '{flag.key}' has fewer than {MIN_VARIANTS} variants. "
            "Give it variants, or choose another key."
        )
    if CONTROL not in keys:
        raise UnusableFlag(
            f"The feature flag '{flag.key}' has no variant with the key '{CONTROL}'."
        )
