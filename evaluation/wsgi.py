"""The usual request for flags, answered without Django's request and middleware.

SDKs of servers post plain JSON and ask for version 2, or a later one of the same shape. Two thirds
of the time of such an answer with one flag are spent around the view, so this one case is answered
here. Everything else, and every request that is refused, goes on to the view.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from io import BytesIO
from typing import Any

import orjson
from django.conf import settings
from django.db import Error, close_old_connections
from django.http.request import split_domain_port, validate_host

from core.exceptions import APIException
from core.http.sdk_bodies import UndecodableBody
from core.identifiers import uuid7_text
from core.ops import request_log
from evaluation.answers import MAX_BODY_BYTES, answer_flags
from evaluation.representation import Shape

StartResponse = Callable[[str, list[tuple[str, str]]], object]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

_USUAL = {"REQUEST_METHOD": "POST", "CONTENT_TYPE": "application/json"}
_VERSIONS = ("v=2", "v=3", "v=4")
# A page sends the first of these; the others say that the body is packed, or name the request.
_UNUSUAL = (
    *("HTTP_ORIGIN", "HTTP_REFERER"),
    *("HTTP_SEC_FETCH_MODE", "HTTP_SEC_FETCH_SITE", "HTTP_SEC_FETCH_DEST"),
    *("HTTP_CONTENT_ENCODING", "HTTP_X_REQUEST_ID"),
)
_REFUSALS = (APIException, UndecodableBody, orjson.JSONDecodeError, Error)


class FlagsHandler:
    """Answers usual requests for flags; another application answers all others."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        if environ["PATH_INFO"] not in ("/flags/", "/flags") or not _is_usual(environ):
            return self._application(environ, start_response)
        try:
            body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        except OSError:
            # The client has gone; the view will find the same.
            return self._application(environ, start_response)
        request_id = uuid7_text()
        try:
            answer = _answer(body, environ, request_id)
        except _REFUSALS:
            return self._application(environ | {"wsgi.input": BytesIO(body)}, start_response)
        headers = {"Content-Type": "application/json", "Content-Length": str(len(answer))}
        start_response("200 OK", [*headers.items(), (request_log.HEADER, request_id)])
        return [answer]


def _answer(body: bytes, environ: dict[str, Any], request_id: str) -> bytes:
    close_old_connections()
    headers = {"User-Agent": environ.get("HTTP_USER_AGENT", "")}
    with request_log.logged(request_id, method="POST", path="/flags/") as subject:
        request_log.note_route("flags/")
        shown = answer_flags(orjson.loads(body), shape=Shape.FLAGS, headers=headers)
        subject.status = 200
        return orjson.dumps(shown)


def _is_usual(environ: dict[str, Any]) -> bool:
    length = environ.get("CONTENT_LENGTH") or ""
    return (
        environ.get("QUERY_STRING") in _VERSIONS
        and all(environ.get(name) == value for name, value in _USUAL.items())
        and not any(name in environ for name in _UNUSUAL)
        and (length.isdecimal() and len(length) < 10)
        and int(length) <= min(MAX_BODY_BYTES, settings.MAX_BODY_BYTES)
        and (not settings.SECURE_SSL_REDIRECT or _is_secure(environ))
        and _is_for_us(environ.get("HTTP_HOST", ""))
    )


def _is_secure(environ: dict[str, Any]) -> bool:
    name, value = settings.SECURE_PROXY_SSL_HEADER or ("wsgi.url_scheme", "https")
    return bool(environ.get(name) == value)


def _is_for_us(host: str) -> bool:
    return _is_allowed(host, tuple(settings.ALLOWED_HOSTS))


@lru_cache(maxsize=64)
def _is_allowed(host: str, allowed: tuple[str, ...]) -> bool:
    return validate_host(split_domain_port(host)[0], allowed)
