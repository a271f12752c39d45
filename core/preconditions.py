"""`If-Match`, compared with the locked row."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db.models import Model

from core.exceptions import ETagMismatch


@dataclass
class _Expectation:
    """That one row is as the client has seen it."""

    is_met: Callable[[Model], bool]
    subject: Model | None = None
    is_checked: bool = False


_expectation: ContextVar[_Expectation | None] = ContextVar("expectation", default=None)


@contextmanager
def expecting(is_met: Callable[[Model], bool]) -> Iterator[None]:
    """Make `check` ask this about the row that the request inside is about."""
    token = _expectation.set(_Expectation(is_met))
    try:
        yield
    finally:
        _expectation.reset(token)


def note_subject(row: Model) -> None:
    """Note which row the request is about; the others that it locks are not compared."""
    expectation = _expectation.get()
    if expectation is not None:
        expectation.subject = row


def check(row: Model) -> None:
    """Check what the client expects of this row, if anything; the caller has locked it.

    :raises ETagMismatch: when it is not as expected.
    """
    expectation = _expectation.get()
    if expectation is None or expectation.subject != row:
        return
    expectation.is_checked = True
    if not expectation.is_met(row):
        raise ETagMismatch


def check_gone() -> None:
    """Check what the client expects of the row that the request is about, which is gone meanwhile.

    :raises ETagMismatch: when it expects anything.
    """
    expectation = _expectation.get()
    if expectation is not None and expectation.subject is not None:
        raise ETagMismatch


def require_checked() -> None:
    """Fail loudly when a change is done and nobody asked what the client expects."""
    expectation = _expectation.get()
    if expectation is not None and expectation.subject and not expectation.is_checked:
        raise RuntimeError("This change ignores If-Match: check the row where it is locked.")
