"""Lets one thread of a process work at a time, except while it waits for something long.

Requests take about a millisecond, and threads that run at once only take the interpreter from each
other. A result takes seconds: whoever computes one gives way, and others have their turn meanwhile.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_turn = threading.Lock()
_thread = threading.local()


@contextmanager
def taking_turn() -> Iterator[None]:
    """Wait until no other thread answers a request, and keep others from it meanwhile."""
    with _turn:
        _thread.has_turn = True
        try:
            yield
        finally:
            _thread.has_turn = False


@contextmanager
def giving_way() -> Iterator[None]:
    """Let other requests have their turn meanwhile; commands have none to give."""
    if not getattr(_thread, "has_turn", False):
        yield
        return
    _thread.has_turn = False
    _turn.release()
    try:
        yield
    finally:
        _turn.acquire()
        _thread.has_turn = True
