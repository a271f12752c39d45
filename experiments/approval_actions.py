"""The operations on experiments that can wait for agreement, and how they are carried out."""

from collections.abc import Collection
from functools import partial

from approvals.actions import Document
from approvals.registry import Operation, Target, register
from core.exceptions import NotFound
from core.representation import shown_fields
from experiments import selectors, services
from experiments.models import Experiment
from experiments.serializers import CopyToProjectSerializer, ExperimentSerializer
from experiments.steps import STEPS, prepared
from feature_flags.selectors import flag_drift

_COPIES = frozenset({"duplicate"})


def register_operations() -> None:
    """Make the operations known to the approvals app."""
    for name, perform in (
        ("experiment.create", _create),
        ("experiment.update", _replace),
        ("experiment.partial_update", _update),
    ):
        register(Operation(name=name, perform=perform, current=_current, drift=_drift))
    for step in STEPS:
        name, perform = f"experiment.{step}", partial(_take, step)
        current = _nothing if step in _COPIES else _current
        register(Operation(name=name, perform=perform, current=current, drift=_drift))
    register(
        Operation(name="experiment.copy_to_project", perform=_copy, current=_nothing, drift=_drift)
    )


def _create(target: Target, data: object) -> Document:
    serializer = ExperimentSerializer(data=data, context={"project": target.project})
    serializer.is_valid(raise_exception=True)
    experiment = services.create_experiment.joining(
        project=target.project,
        values=serializer.validated_data,
        actor=target.actor,
        now=target.now,
    )
    return _result(experiment)


def _update(target: Target, data: object) -> Document:
    return _change(target, data, partial=True)


def _replace(target: Target, data: object) -> Document:
    return _change(target, data, partial=False)


def _change(target: Target, data: object, *, partial: bool) -> Document:
    serializer = ExperimentSerializer(
        _experiment(target, data), data=data, partial=partial, context={"project": target.project}
    )
    serializer.is_valid(raise_exception=True)
    experiment = services.update_experiment.joining(
        experiment=serializer.instance,
        changes=serializer.validated_data,
        actor=target.actor,
        now=target.now,
    )
    return _result(experiment)


def _take(step: str, target: Target, data: object) -> Document:
    service, arguments = prepared(
        step, experiment=_experiment(target, ()), data=data, actor=target.actor, now=target.now
    )
    return _result(service.joining(**arguments))


def _copy(target: Target, data: object) -> Document:
    # The target of the request is where the copy goes; the original may be in a sister project.
    sisters = Experiment.objects.filter(
        project__organization_id=target.project.organization_id, deleted=False
    )
    original = sisters.select_related("project", "feature_flag").filter(pk=target.object_id)
    experiment = original.first()
    if experiment is None:
        raise NotFound
    body = CopyToProjectSerializer(data=data)
    body.is_valid(raise_exception=True)
    copy = services.copy_experiment.joining(
        experiment=experiment,
        target=target.project,
        name=body.validated_data.get("name"),
        feature_flag_key=body.validated_data.get("feature_flag_key"),
        actor=target.actor,
        now=target.now,
    )
    return _result(copy)


def _nothing(target: Target, names: frozenset[str]) -> Document:
    return {}


def _current(target: Target, names: frozenset[str]) -> Document:
    if target.object_id is None:
        return {}
    experiment = _experiment(target, names)
    serializer = ExperimentSerializer(experiment, context={"project": target.project})
    return shown_fields(serializer, names=names)


def _drift(target: Target, intent: Document) -> str | None:
    return flag_drift(project=target.project, intent=intent)


def _experiment(target: Target, names: Collection[str]) -> Experiment:
    # A deleted one is here only for those who write `deleted` themselves: to restore it.
    find = selectors.all_experiments if "deleted" in names else selectors.live_experiments
    experiment = find(project=target.project).filter(pk=target.object_id).first()
    if experiment is None:
        raise NotFound
    return experiment


def _result(experiment: Experiment) -> Document:
    flag = experiment.feature_flag
    return {"resource_id": flag.pk, "resource_version": flag.version}
