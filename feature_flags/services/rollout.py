"""Changing how far a flag reaches, and nothing else of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from approvals.approved import Approved
from core.db.transactions import use_case
from core.exceptions import BareError, Conflict, RuleBroken
from feature_flags.filters import Document, release_groups, variant_keys
from feature_flags.models import FeatureFlag
from feature_flags.rollout import rolled_out, with_share_at
from feature_flags.selectors import lock_flag
from feature_flags.services.update import completed
from feature_flags.services.write import write_flag
from users.models import User


class FlagIsDeleted(BareError):
    """Raised when the rollout of a deleted flag shall change."""

    # Wire quirk: rollouts-refuse-barely, see docs/quirks.md.
    default_detail = "The feature flag is deleted. Restore it first."


@dataclass(frozen=True)
class Rollout:
    """How far a flag shall reach, in the version of it that the client saw."""

    version: int | None
    # Returns the new filters, or raises RuleBroken.
    changed: Callable[[FeatureFlag], Document]


def share_at(*, index: int, percentage: float, version: int | None) -> Rollout:
    """Return the rollout that lets a share of people through one condition."""

    def changed(flag: FeatureFlag) -> Document:
        number = len(release_groups(flag.filters))
        if index >= number:
            told = f"{number} conditions, counted from 0" if number else "no conditions"
            raise RuleBroken(f"This feature flag has {told}.", attr="condition_index")
        if flag.is_remote_configuration and percentage == 0:
            raise RuleBroken(
                "A remote configuration is open to everyone. Switch it off instead.",
                attr="rollout_percentage",
            )
        return with_share_at(flag.shown_filters, index=index, percentage=percentage)

    return Rollout(version, changed)


def to_everyone(*, variant_key: str | None, version: int | None) -> Rollout:
    """Return the rollout that serves everyone, with one of the variants if there are any."""

    def changed(flag: FeatureFlag) -> Document:
        if flag.filters.get("feature_enrollment"):
            raise RuleBroken("People enroll in this feature flag. Remove feature_enrollment first.")
        keys = variant_keys(flag.filters)
        if variant_key not in (keys or [None]):
            wanted = f"one of {', '.join(map(str, keys))}" if keys else "left out: it has none"
            raise RuleBroken(
                f"The variant of this feature flag must be {wanted}.", attr="variant_key"
            )
        return rolled_out(flag.shown_filters, variant_key=variant_key)

    return Rollout(version, changed)


@use_case
def change_rollout(
    *,
    flag: FeatureFlag,
    rollout: Rollout,
    actor: User,
    now: datetime,
    approval: Approved | None = None,
) -> FeatureFlag:
    """Change how far a flag reaches; where it reaches so far already, nothing is written.

    :raises ApprovalRequired: when others must agree to it first.
    :raises Conflict: when the flag has another version than the client saw.
    :raises FlagIsDeleted: when it is deleted.
    :raises RuleBroken: when the flag has no such condition or variant.
    """
    flag = lock_flag(flag=flag)
    if flag.deleted:
        raise FlagIsDeleted
    if flag.version != rollout.version:
        raise Conflict(
            f"The feature flag is at version {flag.version}, and you saw {rollout.version}. "
            "Read it again and retry."
        )
    filters = rollout.changed(flag)
    if filters != flag.shown_filters:
        changes = completed(flag, {"filters": filters})
        write_flag(flag=flag, changes=changes, actor=actor, now=now, approval=approval)
    return flag
