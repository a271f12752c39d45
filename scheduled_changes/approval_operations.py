"""The operation that waits for agreement, and then for its time."""

from approvals.gated_change import Document
from approvals.registry import Operation, Target, register
from feature_flags.approval_operations import KIND
from scheduled_changes.services import OPERATION


def register_operations() -> None:
    """Make the operation known to the approvals app."""
    register(
        Operation(
            name=OPERATION,
            is_allowed=KIND.may_write,
            perform=None,
            current=_current,
            drift=_drift,
        )
    )


def _current(target: Target, names: frozenset[str]) -> Document:
    # What it is about may change until its time comes, and is compared then.
    return {}


def _drift(target: Target, intent: Document) -> str | None:
    return None
