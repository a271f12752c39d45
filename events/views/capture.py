"""Capture: the endpoints that SDKs send events to."""

import time

from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from core.db.errors import refusal_for
from core.exceptions import APIException
from core.http.sdk_bodies import Encoding, decode_body
from core.http.sdk_endpoints import plain_text, sdk_endpoint
from core.ops import request_log
from events import services
from events.event_times import read_time
from events.services.people import IDENTIFY
from events.wire import BadEvents, BadToken, Batch, read_batch
from tenants.selectors import find_project_by_token

MAX_BATCH_BYTES = 20 * 1024 * 1024
MAX_EVENT_BYTES = 2 * 1024 * 1024


@sdk_endpoint("GET", "POST")
def batch(request: HttpRequest) -> HttpResponse:
    """Store the events of a batch of up to 20 MiB."""
    return _captured(request, max_bytes=MAX_BATCH_BYTES)


@sdk_endpoint("GET", "POST")
def capture(request: HttpRequest) -> HttpResponse:
    """Store the events of a body of up to 2 MiB."""
    return _captured(request, max_bytes=MAX_EVENT_BYTES)


@sdk_endpoint("GET", "POST")
def engage(request: HttpRequest) -> HttpResponse:
    """Store what a body of up to 2 MiB says about a person; its event need not have a name."""
    return _captured(request, max_bytes=MAX_EVENT_BYTES, name=IDENTIFY)


def _captured(request: HttpRequest, *, max_bytes: int, name: str | None = None) -> HttpResponse:
    try:
        read = _read(request, max_bytes, name)
    except (BadToken, BadEvents) as reason:
        return plain_text(str(reason), status=401 if isinstance(reason, BadToken) else 400)
    return _stored(request, read)


def _read(request: HttpRequest, max_bytes: int, name: str | None) -> Batch:
    now = time.time_ns() // 1000
    body = decode_body(*_body(request), max_bytes=max_bytes)
    return read_batch(body, now=now, sent=read_time(request.GET.get("_")), name=name)


def _stored(request: HttpRequest, read: Batch) -> HttpResponse:
    try:
        _store(read)
    except Error as error:
        refusal = refusal_for(error)
        if refusal is None:
            raise
        return _unavailable(refusal)
    if request.GET.get("beacon") == "1":
        return HttpResponse(status=204)
    return JsonResponse({"status": "Ok"})


def _store(read: Batch) -> None:
    project = find_project_by_token(token=read.token)
    # An unknown token is no error here: its events are dropped.
    if project is not None:
        request_log.note(project=project.id)
        services.capture(project=project, events=read.events, now=timezone.now())


def _body(request: HttpRequest) -> tuple[bytes, Encoding]:
    encoding = Encoding.of(request.headers, request.GET)
    if data := request.GET.get("data"):
        # The type that a request states is not about its URL.
        return data.encode(), encoding.without_type()
    # Events are not lost because of the name that somebody has for JSON.
    return request.body, encoding if encoding.is_form else encoding.without_type()


def _unavailable(refusal: APIException) -> HttpResponse:
    response = plain_text(str(refusal.detail), status=503)
    response.headers["Retry-After"] = str(getattr(refusal, "wait", None) or 1)
    return response
