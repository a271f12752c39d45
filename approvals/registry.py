"""The operations that can be asked for now and carried out later, by name."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from approvals.approved import Approved
from approvals.gated_change import Document
from tenants.models import Project
from tenants.selectors import find_access
from users.models import User

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Target:
    """What an operation is about: one object of a project, or none for a creation."""

    project: Project
    object_id: int | None
    actor: User
    now: datetime

    def find_in(self, rows: QuerySet[M]) -> M | None:
        """Return the object among these rows; None when it is not there, or not yet."""
        return None if self.object_id is None else rows.filter(pk=self.object_id).first()


def _not_yet(target: Target, intent: Document) -> Document | None:
    return None


def _as_sent(target: Target, data: Document) -> Document:
    return data


@dataclass(frozen=True)
class Operation:
    """An operation of the API, such as `experiment.partial_update`.

    `is_allowed` tells whether the actor's access level is still high enough for it. `perform`
    carries it out inside the caller's transaction, with the data a client once sent and the
    approval, and returns the id and the version of what it changed; None where agreeing does
    nothing yet, because somebody waits to do it. `current` reads the fields
    that the data names, as clients see them; it raises NotFound when the object is gone. `drift`
    says how what a request's intent was about has changed since, or returns None. `shown` returns
    the data without what those must not read who read requests; what it leaves out is kept
    encrypted. `done` returns what `perform` would, when everything is as the intent wants it
    already, else None.
    """

    name: str
    is_allowed: Callable[[Target], bool]
    perform: Callable[[Target, object, Approved], Document] | None
    current: Callable[[Target, frozenset[str]], Document]
    drift: Callable[[Target, Document], str | None]
    shown: Callable[[Target, Document], Document] = _as_sent
    done: Callable[[Target, Document], Document | None] = _not_yet


@dataclass(frozen=True)
class Kind:
    """A kind of thing that requests are about: what access rules call it, and its rows."""

    resource: str
    rows: Callable[[Project], QuerySet[Any]]

    def find(self, target: Target) -> Any:
        """Return the object that an operation is about; None when it is not there, or not yet."""
        return target.find_in(self.rows(target.project))

    def may_write(self, target: Target) -> bool:
        """Tell whether the actor's access level is high enough to change it, or to make one."""
        access = find_access(user=target.actor, project=target.project, resource=self.resource)
        return access.may_write(self.resource, self.find(target))


_action_keys: dict[str, None] = {}
_operations: dict[str, Operation] = {}
_kinds: dict[str, Kind] = {}


def register(operation: Operation) -> None:
    """Make an operation known; apps call this when they are ready."""
    _operations[operation.name] = operation


def register_kind(kind: Kind) -> None:
    """Make a kind of thing known; apps call this when they are ready."""
    _kinds[kind.resource] = kind


def register_action_keys(*names: str) -> None:
    """Make known what policies can be about; apps call this when they are ready."""
    _action_keys.update(dict.fromkeys(names))


def action_keys() -> tuple[str, ...]:
    """Return every action key that is known."""
    return tuple(_action_keys)


def kinds() -> tuple[Kind, ...]:
    """Return every kind of thing that requests can be about."""
    return tuple(_kinds.values())


def get_operation(*, name: str) -> Operation:
    """Return the operation with this name.

    :raises KeyError: when no app has registered it.
    """
    return _operations[name]
