"""Who opens a transaction, who needs one."""

import functools
from collections.abc import Callable
from typing import Generic, ParamSpec, TypeVar

from django.db import connection, transaction

P = ParamSpec("P")
R = TypeVar("R")


class UseCase(Generic[P, R]):
    """A public service: called, it opens a durable transaction, so it is all or nothing.

    `joining` does the same work as a part of a transaction that is open already.
    """

    def __init__(self, function: Callable[P, R]) -> None:
        functools.update_wrapper(self, function)
        self._function = function

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        with transaction.atomic(durable=True):
            return self._function(*args, **kwargs)

    def joining(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Do the work inside the caller's transaction."""
        require_transaction()
        return self._function(*args, **kwargs)


def use_case(function: Callable[P, R]) -> UseCase[P, R]:
    """Make a function a public service."""
    return UseCase(function)


def require_transaction() -> None:
    """Fail loudly when a write that is part of a larger change runs outside of one."""
    if not connection.in_atomic_block:
        raise RuntimeError("This write belongs to a larger change: call it in its transaction.")
