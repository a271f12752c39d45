"""What evaluated flags look like on the wire, in each version of the answer."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

import orjson

from evaluation.engine.outcomes import Outcome

Outcomes = Mapping[str, Outcome]
Body = dict[str, Any]


class Shape(Enum):
    """The forms that answers have had."""

    FLAGS = "flags"
    VALUES = "values"
    ENABLED_VALUES = "enabled values"
    ENABLED_KEYS = "enabled keys"


def shape_of_flags(version: int | None, *, has_config: bool) -> Shape:
    """Return the form of an answer to `/flags`."""
    if version is None:
        return Shape.VALUES if has_config else Shape.FLAGS
    return Shape.FLAGS if version >= 2 else Shape.VALUES


def shape_of_decide(version: int | None) -> Shape:
    """Return the form of an answer to `/decide`."""
    shapes = {2: Shape.ENABLED_VALUES, 3: Shape.VALUES}
    if version is not None and version >= 4:
        return Shape.FLAGS
    return shapes.get(version or 1, Shape.ENABLED_KEYS)


def represent_flags(outcomes: Outcomes, *, shape: Shape) -> Body:
    """Return the outcomes as the members of an answer."""
    failed = any(outcome.has_failed for outcome in outcomes.values())
    return _SHAPES[shape](outcomes) | {"errorsWhileComputingFlags": failed}


def represent_outcome(outcome: Outcome) -> Body:
    """Return one flag as version 2 shows it."""
    flag = outcome.flag
    shown: Body = {
        "key": flag.key,
        "enabled": outcome.enabled,
        "variant": outcome.variant,
        "reason": {
            "code": outcome.reason.value,
            "condition_index": outcome.condition_index,
            "description": outcome.description,
        },
        "metadata": {
            "id": flag.id,
            "version": flag.version,
            "description": None,
            "payload": outcome.payload,
        },
    }
    return shown | {"failed": True} if outcome.has_failed else shown


def _flags(outcomes: Outcomes) -> Body:
    return {
        "flags": {key: outcome.rendered or _rendered(outcome) for key, outcome in outcomes.items()}
    }


def _rendered(outcome: Outcome) -> object:
    # A flag has few outcomes, which are the same for everybody: each is written once.
    fragment = outcome.rendered = orjson.Fragment(orjson.dumps(represent_outcome(outcome)))
    return fragment


def _values(outcomes: Outcomes) -> Body:
    return {
        "featureFlags": {key: outcome.value for key, outcome in outcomes.items()},
        "featureFlagPayloads": {
            key: outcome.payload for key, outcome in outcomes.items() if outcome.payload is not None
        },
    }


def _enabled_values(outcomes: Outcomes) -> Body:
    found = {key: outcome.value for key, outcome in outcomes.items() if outcome.enabled}
    return {"featureFlags": found}


def _enabled_keys(outcomes: Outcomes) -> Body:
    return {"featureFlags": [key for key, outcome in outcomes.items() if outcome.enabled]}


_SHAPES = {
    Shape.FLAGS: _flags,
    Shape.VALUES: _values,
    Shape.ENABLED_VALUES: _enabled_values,
    Shape.ENABLED_KEYS: _enabled_keys,
}
