"""One request at a time in a process, but for those that wait for something long.

Requests take about a millisecond, and threads that run at once only take the interpreter from each
other. A result takes seconds: whoever computes one gives way, and others have their turn meanwhile.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

WSGIApplication = Callable[..., Iterable[bytes]]

_turn = threading.Lock()
_thread = threading.local()


def in_turn(application: WSGIApplication) -> WSGIApplication:
    """Return the application, called by one thread at a time."""

    def called(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        with _turn:
            _thread.has_turn = True
            try:
                return application(environ, start_response)
            finally:
                _thread.has_turn = False

    return called


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
