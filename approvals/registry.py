"""The operations that can be asked for now and carried out later, by name."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tenants.models import Project
from users.models import User

Document = dict[str, object]


@dataclass(frozen=True)
class Target:
    """What an operation is about: one object of a project, or none for a creation."""

    project: Project
    object_id: int | None
    actor: User
    now: datetime


def _as_sent(target: Target, data: Document) -> Document:
    return data


@dataclass(frozen=True)
class Operation:
    """An operation of the API, such as `experiment.partial_update`.

    `is_allowed` tells whether the actor's access level is still high enough for it. `perform`
    carries it out inside the caller's transaction, with the data a client once sent, and returns
    the id and the version of what it changed. `current` reads the fields that the data names, as
    clients see them; it raises NotFound when the object is gone. `drift` says how what a request's
    intent was about has changed since, or returns None. `shown` returns the data without
    what those must not read who read requests; what it leaves out is kept encrypted.
    """

    name: str
    is_allowed: Callable[[Target], bool]
    perform: Callable[[Target, object], Document]
    current: Callable[[Target, frozenset[str]], Document]
    drift: Callable[[Target, Document], str | None]
    shown: Callable[[Target, Document], Document] = _as_sent


_operations: dict[str, Operation] = {}


def register(operation: Operation) -> None:
    """Make an operation known; apps call this when they are ready."""
    _operations[operation.name] = operation


def get_operation(*, name: str) -> Operation:
    """Return the operation with this name.

    :raises KeyError: when no app has registered it.
    """
    return _operations[name]
