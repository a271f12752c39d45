"""The name that a client program sends with its requests."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

MAX_LENGTH = 79

# A variable of the context, because the name says nothing about a change: it would be an argument
# of every service, only to be handed on to the history. Threads serve one request after another,
# so it is taken back after each.
_client: ContextVar[str | None] = ContextVar("client", default=None)


def current_client() -> str | None:
    """Return the name that the request being answered came with, if any."""
    return _client.get()


@contextmanager
def speaking_for(name: str | None) -> Iterator[None]:
    """Let `current_client` return this name, without what cannot be printed or kept."""
    printable = "".join(character for character in name or "" if character.isprintable())
    token = _client.set(printable.strip()[:MAX_LENGTH] or None)
    try:
        yield
    finally:
        _client.reset(token)
