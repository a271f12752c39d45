"""Sends notifications of change requests to the sinks that the settings name."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string

from approvals.models import ChangeRequest
from core.db.errors import refusal_for
from core.db.transactions import require_transaction

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Notification:
    """Something that happened to a change request."""

    event: str
    request: ChangeRequest


# What talks to the outside is a plain function: it is called once the transaction is committed.
Sink = Callable[[Notification], None]


@dataclass(frozen=True)
class InsideTransaction:
    """A sink that writes rows: called before the commit, so that both stay or neither does."""

    write: Sink

    def __call__(self, notification: Notification) -> None:
        self.write(notification)


def announce(event: str, *, request: ChangeRequest) -> None:
    """Tell every sink what happened; a sink's failure is logged, never raised."""
    require_transaction()
    notification = Notification(event, request)
    for path in settings.APPROVAL_NOTIFICATION_SINKS:
        with _failure_logged(path, event):
            _tell(import_string(path), path, notification)


def _tell(sink: Sink, path: str, notification: Notification) -> None:
    if isinstance(sink, InsideTransaction):
        # A savepoint: what a broken sink began is undone, and the change stays.
        with transaction.atomic():
            sink(notification)
        return

    def tell_later() -> None:
        with _failure_logged(path, notification.event):
            sink(notification)

    transaction.on_commit(tell_later)


@contextmanager
def _failure_logged(path: str, event: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if connection.in_atomic_block and refusal_for(error):
            # No fault of the sink: the database is away, or undoes the change and all with it.
            raise
        _logger.exception("The sink %s failed on %s.", path, event)
