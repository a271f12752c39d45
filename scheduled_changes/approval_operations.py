"""The operation that waits for agreement, and then for its time."""

from approvals.gated_change import Document
from approvals.registry import Operation, Target, register
from feature_flags.selectors import list_flags
from scheduled_changes.services import OPERATION
from tenants.levels import FEATURE_FLAG
from tenants.selectors import find_access


def register_operations() -> None:
    """Make the operation known to the approvals app."""
    register(
        Operation(
            name=OPERATION,
            is_allowed=_is_allowed,
            perform=None,
            current=_current,
            drift=_drift,
        )
    )


def _is_allowed(target: Target) -> bool:
    access = find_access(user=target.actor, project=target.project, resource=FEATURE_FLAG)
    return access.may_write(FEATURE_FLAG, target.find_in(list_flags(project=target.project)))


def _current(target: Target, names: frozenset[str]) -> Document:
    # What it is about may change until its time comes, and is compared then.
    return {}


def _drift(target: Target, intent: Document) -> str | None:
    return None
