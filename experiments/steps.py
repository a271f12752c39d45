"""The steps of an experiment's life by name: what each takes from a request and what it calls."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rest_framework.serializers import Serializer

from core.db.transactions import UseCase
from experiments import services
from experiments.models import Experiment
from experiments.serializers import (
    ArchiveSerializer,
    DuplicateSerializer,
    ShipVariantSerializer,
    VerdictSerializer,
)
from users.models import User

Arguments = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """A service over one experiment, and how a request body becomes its arguments."""

    service: UseCase[..., Experiment]
    body: type[Serializer[Any]] = Serializer
    arguments: Callable[[Arguments], Arguments] = dict


def _verdict(body: Arguments) -> Arguments:
    return {"verdict": body}


def _shipment(body: Arguments) -> Arguments:
    verdict = {**body}
    shipment = services.Shipment(
        variant_key=verdict.pop("variant_key"),
        is_for_everyone=verdict.pop("release_to_everyone", True),
    )
    return {"shipment": shipment, "verdict": verdict}


def _difference(body: Arguments) -> Arguments:
    return {"name": body.get("name"), "feature_flag_key": body.get("feature_flag_key")}


STEPS = {
    "launch": Step(services.launch_experiment),
    "pause": Step(services.pause_experiment),
    "resume": Step(services.resume_experiment),
    "end": Step(services.end_experiment, VerdictSerializer, _verdict),
    "ship_variant": Step(services.ship_variant, ShipVariantSerializer, _shipment),
    "archive": Step(services.archive_experiment, ArchiveSerializer),
    "unarchive": Step(services.unarchive_experiment),
    "reset": Step(services.reset_experiment),
    "duplicate": Step(services.duplicate_experiment, DuplicateSerializer, _difference),
}


def prepared(
    name: str, *, experiment: Experiment, data: object, actor: User, now: datetime
) -> tuple[UseCase[..., Experiment], Arguments]:
    """Return the service of a step and the arguments that a request body gives it.

    :raises ValidationError: when the body is not one for this step.
    """
    step = STEPS[name]
    body = step.body(data=data)
    body.is_valid(raise_exception=True)
    arguments = step.arguments(body.validated_data)
    return step.service, {"experiment": experiment, "actor": actor, "now": now} | arguments
