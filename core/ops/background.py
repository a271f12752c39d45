"""Runs work in a background thread after the response has been sent."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from threading import Condition

from django.db import connections

_logger = logging.getLogger(__name__)
# How much may wait before nobody else is let in.
_MOST = 1_000


class _Unfinished:
    """How much waits, or is being done."""

    def __init__(self) -> None:
        self.count = 0
        self._changed = Condition()

    def add(self, change: int) -> None:
        with self._changed:
            self.count += change
            self._changed.notify_all()

    def wait_for_none(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: not self.count)


_unfinished = _Unfinished()


def in_background(work: Callable[[], object]) -> None:
    """Do the work in the one thread that this process has for it, after what it does already.

    Long work does a part, and passes the rest to this again: then what waits has its turn.
    """
    _unfinished.add(1)

    def worked() -> None:
        try:
            work()
        except Exception:
            _logger.exception("Work in the background failed.")
        finally:
            connections.close_all()
            _unfinished.add(-1)

    _executor().submit(worked)


def is_background_full() -> bool:
    """Tell whether so much waits already that nobody should add to it."""
    return _unfinished.count >= _MOST


def wait_for_background() -> None:
    """Wait until all work is done, and what that work has begun."""
    _unfinished.wait_for_none()


@cache
def _executor() -> ThreadPoolExecutor:
    # One thread: computing more at once would only make each of them slower.
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="background")
