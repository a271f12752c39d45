"""One log line and one metrics observation per request."""

import functools
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import perf_counter

from django.conf import settings
from django.contrib.admindocs.views import simplify_regex
from django.http import HttpRequest, HttpResponse

from core.identifiers import uuid7_text
from core.ops import prometheus
from core.ops.logs import identified

HEADER = "X-Request-ID"
_WELL_FORMED = re.compile(r"[A-Za-z0-9._=-]{1,128}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_PROBES = frozenset({"/_livez", "/_readyz", "/_health", "/_metrics"})
_NO_ROUTE = "unmatched"

_logger = logging.getLogger("access")


@dataclass
class _Subject:
    """What the views learn about a request while they answer it."""

    route: str = _NO_ROUTE
    # None until there is an answer.
    status: int | None = None
    user: int | None = None
    project: int | None = None


_subject: ContextVar[_Subject | None] = ContextVar("subject", default=None)


def note(*, user: int | None = None, project: int | None = None) -> None:
    """Note for the log who sends the request, and which project it is about."""
    subject = _subject.get()
    if subject is not None:
        subject.user = user or subject.user
        subject.project = project or subject.project


def note_route(route: str) -> None:
    """Note for the log which route the request takes."""
    subject = _subject.get()
    if subject is not None:
        subject.route = template_of(route)


@contextmanager
def logged(request_id: str, *, method: str, path: str) -> Iterator[_Subject]:
    """Let what is logged inside carry the id, and tell at the end how the request was answered.

    Nothing is told when `status` of what it yields is not set inside.
    """
    subject = _Subject()
    token = _subject.set(subject)
    start = perf_counter()
    try:
        with identified(request_id):
            yield subject
            if subject.status is not None:
                _tell(method, path, subject, perf_counter() - start)
    finally:
        _subject.reset(token)


class RequestLogMiddleware:
    """Gives each request an id, and tells the log and the metrics how it was answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = _well_formed(request.headers.get(HEADER, "")) or uuid7_text()
        method, path = str(request.method), request.path
        with logged(request_id, method=method, path=path) as subject:
            response = self.get_response(request)
            response.headers[HEADER] = request_id
            subject.status = response.status_code
        return response

    def process_view(self, request: HttpRequest, *args: object) -> None:
        # The request here may be another object than the one that came in.
        match = request.resolver_match
        if match is not None:
            note_route(match.route)


@functools.cache
def template_of(route: str) -> str:
    """Return a route as people write it: the names of its parts in angle brackets."""
    path = re.sub(r"\\\.\(\?P<format>.*", "", route)
    return simplify_regex(path).replace("<str:", "<").replace("<int:", "<").rstrip("?") or "/"


def _well_formed(value: str) -> str | None:
    return value if _WELL_FORMED.fullmatch(value) else None


def _tell(method: str, path: str, subject: _Subject, seconds: float) -> None:
    # Anybody can invent methods; each of them would be a series of its own.
    method = method if method in _METHODS else "OTHER"
    is_probe = path in _PROBES
    route = path if is_probe else subject.route
    status = subject.status or 0
    prometheus.count_request(method=method, route=route, status=status, seconds=seconds)
    if not settings.ACCESS_LOG:
        return
    fields = {
        "method": method,
        "route": route,
        "status": status,
        "duration_ms": round(seconds * 1000, 1),
        "project": subject.project,
        "user": subject.user,
    }
    level = logging.DEBUG if is_probe else logging.INFO
    _logger.log(
        level,
        "%(method)s %(route)s %(status)s %(duration_ms)sms project=%(project)s user=%(user)s",
        fields,
        extra=fields,
    )
