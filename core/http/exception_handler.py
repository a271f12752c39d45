"""The only renderer of errors: turns exceptions into objects of type, code, detail and attr."""

import logging
from collections.abc import Mapping

import exceptions_hog
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db.models import ProtectedError
from django.http import Http404
from django.http.request import UnreadablePostError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from core.characters import encodable
from core.db.errors import refusal_for
from core.exceptions import APIException, BodyIncomplete, OwnBody, ParseError, RequestTooLarge
from core.ops.prometheus import count_database_error

_logger = logging.getLogger(__name__)
_ANTICIPATED = (APIException, Http404, DjangoPermissionDenied, ProtectedError)


def exception_handler(exc: Exception, context: Mapping[str, object]) -> Response:
    """Return the response that tells the client what went wrong."""
    if isinstance(exc, OwnBody):
        return Response(exc.as_response(), status=exc.status_code)
    exc = _as_api_exception(exc)
    response: Response = exceptions_hog.exception_handler(exc, context)
    for name in ("detail", "attr"):
        # They may repeat what was sent, and not all of that can be sent back.
        text = response.data[name]
        response.data[name] = None if text is None else encodable(str(text))
    request = context.get("request")
    if isinstance(request, Request):
        _answer_json(request)
    if response.status_code == 401:
        # The envelope package drops the header that RFC 9110 asks for.
        response.headers["WWW-Authenticate"] = "Bearer"
    if not isinstance(exc, _ANTICIPATED):
        _logger.error("Unexpected failure", exc_info=exc)
        # Django's test client raises what this signal announces.
        got_request_exception.send(sender=None, request=request)
    return response


def _answer_json(request: Request) -> None:
    """Let a view that answers otherwise, such as a page, refuse in JSON like all others."""
    if not isinstance(getattr(request, "accepted_renderer", None), JSONRenderer):
        request.accepted_renderer = JSONRenderer()
        request.accepted_media_type = JSONRenderer.media_type


def _as_api_exception(exc: Exception) -> Exception:
    if isinstance(exc, RequestDataTooBig):
        return RequestTooLarge()
    if isinstance(exc, SuspiciousOperation):
        return ParseError("The request is malformed.")
    if isinstance(exc, UnreadablePostError):
        return BodyIncomplete()
    if refusal := refusal_for(exc):
        # One line each: an outage has many of them, and their tracebacks tell nothing.
        _logger.error("%s: %s", type(exc).__name__, exc)
        count_database_error(code=refusal.default_code)
        return refusal
    return exc
