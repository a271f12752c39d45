"""Log formatters: request ids, and no secrets."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from pythonjsonlogger.json import JsonFormatter

# Keys, tokens and signing secrets begin with what they are.
_SECRET = re.compile(r"\b(ph[a-z]_|whsec_)[A-Za-z0-9_-]{4,}")

_SHORT = 300

# A variable of the context: every line of a request carries it, wherever it is written.
_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


def current_request_id() -> str | None:
    """Return the id of the request that is being answered; None outside of one."""
    return _request_id.get()


@contextmanager
def identified(request_id: str) -> Iterator[None]:
    """Let every line that is logged inside say that it belongs to this request."""
    token = _request_id.set(request_id)
    try:
        yield
    finally:
        _request_id.reset(token)


class WithRequestId(logging.Filter):
    """Lets all pass, with the id of the request they belong to, or a dash."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = _request_id.get() or "-"
        return True


class OnlyTracebacks(logging.Filter):
    """Lets pass what has a traceback; the rest is told by the line of the request itself."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.exc_info is not None


class WithoutTraceback(logging.Filter):
    """Lets all pass as one short line: what a stranger has sent, not where it was refused."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = record.getMessage()[:_SHORT], ()
        record.exc_info, record.levelno, record.levelname = None, logging.WARNING, "WARNING"
        return True


class LineFormatter(logging.Formatter):
    """Formats for people."""

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


class JSONFormatter(JsonFormatter):
    """Formats for machines: one object a line."""

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


def redacted(text: str) -> str:
    """Return the text with only the beginnings of the secrets in it."""
    return _SECRET.sub(r"\1***", text)
