"""The operations on experiments that can wait for agreement, and how they are carried out."""

from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial
from typing import Any

from approvals.approved import Approved
from approvals.gated_change import Document
from approvals.registry import Kind, Operation, Target, register, register_kind
from core.exceptions import NotFound
from core.http.representation import shown_fields
from experiments import selectors, services
from experiments.models import Experiment
from experiments.serializers import CopyToProjectSerializer, ExperimentSerializer
from experiments.steps import STEPS, prepared
from feature_flags.selectors import flag_drift
from tenants.levels import EXPERIMENT
from tenants.selectors import find_access

_KIND = Kind(EXPERIMENT, lambda project: selectors.all_experiments(project=project))
_COPIES = frozenset({"duplicate"})
# The steps that leave the flag as it is.
_NEVER_GATED = frozenset({"end", "unarchive", "reset"})


def register_operations() -> None:
    """Make the operations, and what they are about, known to the approvals app."""
    register_kind(_KIND)
    for name, perform in (
        ("create", _create),
        ("update", partial(_change, is_partial=False)),
        ("partial_update", partial(_change, is_partial=True)),
    ):
        _register(name, perform)
    for step in STEPS.keys() - _NEVER_GATED:
        _register(step, partial(_take, step), is_copying=step in _COPIES)
    _register("copy_to_project", _copy, is_copying=True)


def _register(
    name: str, perform: Callable[[Target, object, Approved], Document], *, is_copying: bool = False
) -> None:
    register(
        Operation(
            name=f"experiment.{name}",
            is_allowed=_may_copy if is_copying else _KIND.may_write,
            perform=perform,
            current=_nothing if is_copying else _current,
            drift=_drift,
        )
    )


def _may_copy(target: Target) -> bool:
    original = _original(target)
    where = replace(target, project=original.project if original else target.project)
    return _KIND.may_write(replace(target, object_id=None)) and _KIND.may_write(where)


def _create(target: Target, data: object, approval: Approved) -> Document:
    serializer = ExperimentSerializer(data=data, context=_context(target))
    serializer.is_valid(raise_exception=True)
    experiment = services.create_experiment.in_transaction(
        project=target.project,
        values=serializer.validated_data,
        actor=target.actor,
        now=target.now,
        approval=approval,
    )
    return _result(experiment)


def _change(target: Target, data: Any, approval: Approved, *, is_partial: bool) -> Document:
    experiment = _experiment(target, data)
    serializer = ExperimentSerializer(
        experiment, data=data, partial=is_partial, context=_context(target)
    )
    serializer.is_valid(raise_exception=True)
    experiment = services.update_experiment.in_transaction(
        experiment=experiment,
        changes=serializer.validated_data,
        actor=target.actor,
        now=target.now,
        approval=approval,
    )
    return _result(experiment)


def _take(step: str, target: Target, data: object, approval: Approved) -> Document:
    service, arguments = prepared(
        step, experiment=_experiment(target, ()), data=data, actor=target.actor, now=target.now
    )
    return _result(service.in_transaction(**arguments, approval=approval))


def _copy(target: Target, data: object, approval: Approved) -> Document:
    experiment = _original(target)
    if experiment is None:
        raise NotFound
    body = CopyToProjectSerializer(data=data)
    body.is_valid(raise_exception=True)
    copy = services.copy_experiment.in_transaction(
        experiment=experiment,
        target=target.project,
        name=body.validated_data.get("name"),
        feature_flag_key=body.validated_data.get("feature_flag_key"),
        actor=target.actor,
        now=target.now,
        approval=approval,
    )
    return _result(copy)


def _context(target: Target) -> dict[str, object]:
    access = find_access(user=target.actor, project=target.project, resource=EXPERIMENT)
    return {"project": target.project, "access": access}


def _original(target: Target) -> Experiment | None:
    # The target of the request is where the copy goes; the original may be in a sister project.
    sisters = Experiment.objects.filter(
        project__organization_id=target.project.organization_id, deleted=False
    )
    originals = sisters.select_related("project", "feature_flag")
    return target.find_in(originals)


def _nothing(target: Target, names: frozenset[str]) -> Document:
    return {}


def _current(target: Target, names: frozenset[str]) -> Document:
    if target.object_id is None:
        return {}
    experiment = _experiment(target, names)
    serializer = ExperimentSerializer(experiment, context=_context(target))
    return shown_fields(serializer, names=names)


def _drift(target: Target, intent: Document) -> str | None:
    return flag_drift(project=target.project, intent=intent)


def _experiment(target: Target, names: Collection[str]) -> Experiment:
    # A deleted one is here only for those who write `deleted` themselves: to restore it.
    find = selectors.all_experiments if "deleted" in names else selectors.live_experiments
    experiment = target.find_in(find(project=target.project))
    if experiment is None:
        raise NotFound
    return experiment


def _result(experiment: Experiment) -> Document:
    flag = experiment.feature_flag
    return {"resource_id": flag.pk, "resource_version": flag.version}
