"""The operations on flags that can wait for agreement, and how they are carried out."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any, cast

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
from core.http.parsers import parse_json
from core.http.representation import shown_fields
from feature_flags import services
from feature_flags.changes import NewFlag
from feature_flags.gated_changes import OF_EXPERIMENTS
from feature_flags.models import FeatureFlag
from feature_flags.redaction import redacted
from feature_flags.rollout_bodies import ROLLOUTS, rollout_of
from feature_flags.selectors import flag_drift, list_flags
from feature_flags.serializers import FeatureFlagSerializer
from tenants.levels import FEATURE_FLAG

KIND = Kind(FEATURE_FLAG, lambda project: list_flags(project=project))


def register_operations() -> None:
    """Make the operations, and what they are about, known to the approvals app."""
    register_action_keys(*OF_EXPERIMENTS, *OF_EXPERIMENTS.values())
    register_kind(KIND)
    for name, perform in _PERFORMED.items():
        register(
            Operation(
                name=f"feature_flag.{name}",
                is_allowed=KIND.may_write,
                perform=perform,
                current=_current,
                drift=_drift,
                shown=_shown,
            )
        )


def _create(target: Target, data: object, approval: Approved) -> Document:
    serializer = FeatureFlagSerializer(data=data)
    serializer.is_valid(raise_exception=True)
    flag = services.create_flag.in_transaction(
        project=target.project,
        values=cast("NewFlag", serializer.sent_values),
        actor=target.actor,
        now=target.now,
        approval=approval,
    )
    return _result(flag)


def _change(target: Target, data: object, approval: Approved, *, is_partial: bool) -> Document:
    flag = _flag(target)
    serializer = FeatureFlagSerializer(flag, data=data, partial=is_partial)
    serializer.is_valid(raise_exception=True)
    flag = services.update_flag.in_transaction(
        flag=flag,
        changes=serializer.sent_values,
        # What was agreed to is compared with the flag as it was when the request was made.
        seen={},
        actor=target.actor,
        now=target.now,
        approval=approval,
    )
    return _result(flag)


def _take(target: Target, data: object, approval: Approved, *, transition: str) -> Document:
    flag = services.take_transition.in_transaction(
        flag=_flag(target),
        transition=transition,
        actor=target.actor,
        now=target.now,
        approval=approval,
    )
    return _result(flag)


def _roll_out(target: Target, data: object, approval: Approved, *, name: str) -> Document:
    flag = services.change_rollout.in_transaction(
        flag=_flag(target),
        rollout=rollout_of(name, data),
        actor=target.actor,
        now=target.now,
        approval=approval,
    )
    return _result(flag)


def _current(target: Target, names: frozenset[str]) -> Document:
    if target.object_id is None:
        return {}
    return shown_fields(FeatureFlagSerializer(_flag(target)), names=names)


def _shown(target: Target, data: Document) -> Document:
    asked = data.get("has_encrypted_payloads") not in (None, False)
    if not asked and (target.object_id is None or not _flag(target).has_encrypted_payloads):
        return data
    members = {name: value for name, value in data.items() if name != "original_flag"}
    if "filters" in data:
        members["filters"] = _redacted(data["filters"])
    return members


def _redacted(filters: Any) -> object:
    # In a form a document is its JSON text. What the gate lets pass until here is valid.
    if isinstance(filters, str):
        return json.dumps(redacted(cast("Document", parse_json(filters))))
    return redacted(filters)


def _drift(target: Target, intent: Document) -> str | None:
    # A deleted flag can be changed, and is when it shall be brought back.
    return flag_drift(project=target.project, intent=intent, with_deleted=True)


def _flag(target: Target) -> FeatureFlag:
    flag: FeatureFlag | None = KIND.find(target)
    if flag is None:
        raise NotFound
    return flag


def _result(flag: FeatureFlag) -> Document:
    return {"resource_id": flag.pk, "resource_version": flag.version}


_PERFORMED: dict[str, Callable[[Target, object, Approved], Document]] = {
    "create": _create,
    "update": partial(_change, is_partial=False),
    "partial_update": partial(_change, is_partial=True),
    **{name: partial(_take, transition=name) for name in services.TRANSITIONS},
    **{name: partial(_roll_out, name=name) for name in ROLLOUTS},
}
