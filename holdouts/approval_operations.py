"""The operations on holdouts that can wait for agreement, and how they are carried out."""

from functools import partial
from typing import cast

from approvals.approved import Approved
from approvals.gated_change import Document
from approvals.registry import (
    Kind,
    Operation,
    Target,
    register,
    register_action_keys,
    register_kind,
)
from core.exceptions import NotFound
from core.http.representation import shown_fields
from holdouts import services
from holdouts.gated_changes import DELETE, UPDATE
from holdouts.models import Holdout
from holdouts.selectors import holdout_drift, list_holdouts, lock_holdout
from holdouts.serializers import HoldoutSerializer
from tenants.levels import HOLDOUT

_KIND = Kind(HOLDOUT, lambda project: list_holdouts(project=project))
_NOTHING_TO_SHOW: Document = {"resource_id": None, "resource_version": None}


def register_operations() -> None:
    """Make the operations, and what they are about, known to the approvals app."""
    register_action_keys(UPDATE, DELETE)
    register_kind(_KIND)
    for name, perform, done in (
        ("experiment_holdout.update", partial(_change, is_partial=False), _is_changed),
        ("experiment_holdout.partial_update", partial(_change, is_partial=True), _is_changed),
        ("experiment_holdout.destroy", _delete, _is_deleted),
    ):
        register(
            Operation(
                name=name,
                is_allowed=_KIND.may_write,
                perform=perform,
                current=_current,
                drift=_drift,
                done=done,
            )
        )


def _change(target: Target, data: object, approval: Approved, *, is_partial: bool) -> Document:
    holdout = _holdout(target)
    serializer = HoldoutSerializer(holdout, data=data, partial=is_partial)
    serializer.is_valid(raise_exception=True)
    services.update_holdout.in_transaction(
        project=target.project,
        holdout_id=holdout.pk,
        changes=serializer.validated_data,
        actor=target.actor,
        now=target.now,
        approval=approval,
    )
    return _changed(target)


def _changed(target: Target) -> Document:
    return _NOTHING_TO_SHOW | {"resource_id": target.object_id}


def _is_changed(target: Target, intent: Document) -> Document | None:
    holdout, wanted = _found(target), cast("Document", intent["desired_changes"])
    wanted = wanted | {"filters": intent["desired_filters"]}
    if holdout is None or any(getattr(holdout, name) != each for name, each in wanted.items()):
        return None
    return _changed(target)


def _is_deleted(target: Target, intent: Document) -> Document | None:
    return _NOTHING_TO_SHOW if _found(target) is None else None


def _delete(target: Target, data: object, approval: Approved) -> Document:
    services.delete_holdout.in_transaction(
        project=target.project,
        holdout_id=_holdout(target).pk,
        actor=target.actor,
        now=target.now,
        approval=approval,
    )
    return _NOTHING_TO_SHOW


def _current(target: Target, names: frozenset[str]) -> Document:
    return shown_fields(HoldoutSerializer(_holdout(target)), names=names)


def _drift(target: Target, intent: Document) -> str | None:
    # Locked, so that no experiment joins it between this look and the change.
    lock_holdout(project_id=target.project.pk, holdout_id=target.object_id or 0)
    return holdout_drift(project=target.project, intent=intent)


def _holdout(target: Target) -> Holdout:
    holdout = _found(target)
    if holdout is None:
        raise NotFound
    return holdout


def _found(target: Target) -> Holdout | None:
    found: Holdout | None = _KIND.find(target)
    return found
