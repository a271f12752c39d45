"""Durable transactions of use cases, and the check that a transaction is open."""

import functools
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Generic, ParamSpec, TypeVar

from django.db import DatabaseError, connection, transaction

from core import preconditions
from core.db.errors import is_worth_repeating
from core.ops.prometheus import count_retry

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS = 4
_PAUSE_SECONDS = 0.02

_is_whole: ContextVar[bool] = ContextVar("is_whole", default=False)


class UseCase(Generic[P, R]):
    """A public service: called, it opens a durable transaction, so it is all or nothing.

    When the database undoes it in favour of another transaction, it is done again: it must change
    nothing but rows, not even its arguments.
    `in_transaction` does the same work as a part of a transaction that is open already.
    """

    def __init__(self, function: Callable[P, R]) -> None:
        functools.update_wrapper(self, function)
        self._function = function

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        work = functools.partial(self._once, *args, **kwargs)
        # Inside `one_transaction` the outer one is the durable one, and the one to do again.
        return work() if _is_whole.get() else attempted(work)

    def _once(self, *args: P.args, **kwargs: P.kwargs) -> R:
        with transaction.atomic(durable=not _is_whole.get()):
            result = self._function(*args, **kwargs)
            preconditions.require_checked()
            return result

    def in_transaction(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Do the work inside the caller's transaction."""
        require_transaction()
        return self._function(*args, **kwargs)


def use_case(function: Callable[P, R]) -> UseCase[P, R]:
    """Make a function a public service."""
    return UseCase(function)


def attempted(work: Callable[[], R]) -> R:
    """Do a whole transaction, and again while the database undoes it by no fault of its own."""
    for attempt in range(1, ATTEMPTS):
        try:
            return work()
        except DatabaseError as error:
            if not is_worth_repeating(error):
                raise
        count_retry()
        # Those who met must not meet again.
        time.sleep(random.uniform(0.5, 1) * _PAUSE_SECONDS * 2**attempt)  # noqa: S311
    return work()


@contextmanager
def one_transaction() -> Iterator[None]:
    """Make the use cases called inside parts of one durable transaction.

    One that is refused is undone by itself; what the others did is kept.
    """
    token = _is_whole.set(True)
    try:
        with transaction.atomic(durable=True):
            yield
    finally:
        _is_whole.reset(token)


def require_transaction() -> None:
    """Fail loudly when a write that is part of a larger change runs outside of one."""
    if not connection.in_atomic_block:
        raise RuntimeError("This write belongs to a larger change: call it in its transaction.")
