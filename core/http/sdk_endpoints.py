"""Endpoints that SDKs call: from pages of any origin, with a project's token and no cookie."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import SuspiciousOperation
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

from core.db.errors import refusal_for
from core.exceptions import APIException, BodyIncomplete
from core.http.responses import error_response
from core.http.sdk_bodies import BodyTooLarge, UndecodableBody

View = Callable[..., HttpResponse]

_PREFLIGHT_SECONDS = "86400"
# What comes of the body or the URL, whatever the view does with them.
_NOT_READ = (BodyTooLarge, UndecodableBody, UnreadablePostError, SuspiciousOperation)


def sdk_endpoint(*methods: str) -> Callable[[View], View]:
    """Let pages of any origin call a view by these methods; HEAD and OPTIONS are answered too.

    What the view raises is answered as SDKs expect it: refusals with the error object, bodies that
    cannot be read in plain text.
    """
    allowed = ", ".join([*methods, "OPTIONS", "HEAD"])

    def decorate(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def endpoint(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if request.method == "OPTIONS":
                response = HttpResponse(status=204)
                response.headers["Allow"] = allowed
            elif request.method in methods:
                response = _answer(view, request, *args, **kwargs)
            elif request.method == "HEAD":
                response = HttpResponse()
            else:
                response = HttpResponse(status=405, headers={"Allow": allowed})
            if request.method == "OPTIONS":
                _let_ask(request, response, methods=allowed)
            return response

        # `SDKMiddleware` knows it by that.
        endpoint.is_for_sdks = True  # type: ignore[attr-defined]
        return endpoint

    return decorate


def _answer(view: View, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    try:
        return view(request, *args, **kwargs)
    except APIException as refusal:
        return error_response(refusal, request)
    except Error as failure:
        if refusal_for(failure) is None:
            raise
        return error_response(failure, request)
    except _NOT_READ as reason:
        return _not_read(reason)


def _not_read(reason: Exception) -> HttpResponse:
    if isinstance(reason, BodyTooLarge):
        return plain_text("The body is larger than this endpoint reads.", status=413)
    if isinstance(reason, UnreadablePostError):
        return refusal_in_plain_text(BodyIncomplete())
    if isinstance(reason, SuspiciousOperation):
        # What it says is about settings.
        return plain_text("The request is malformed.", status=400)
    return plain_text(str(reason), status=400)


def plain_text(message: str, *, status: int) -> HttpResponse:
    """Return a refusal in plain text, as SDKs expect it here."""
    return HttpResponse(message, status=status, content_type="text/plain; charset=utf-8")


def refusal_in_plain_text(refusal: APIException) -> HttpResponse:
    """Return what others are told in the error object, as SDKs expect it of their bodies."""
    return plain_text(str(refusal.detail), status=refusal.status_code)


def _let_ask(request: HttpRequest, response: HttpResponse, *, methods: str) -> None:
    headers = response.headers
    headers["Access-Control-Allow-Methods"] = methods
    asked = request.headers.get("Access-Control-Request-Headers", "content-type")
    headers["Access-Control-Allow-Headers"] = asked
    headers["Access-Control-Max-Age"] = _PREFLIGHT_SECONDS
    patch_vary_headers(response, ["Access-Control-Request-Headers"])


def open_to_every_origin(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let the page that asks read the answer, wherever it is from."""
    origin = request.headers.get("Origin")
    patch_vary_headers(response, ["Origin"])
    if origin is None:
        return response
    headers = response.headers
    headers["Access-Control-Allow-Origin"] = origin
    headers["Access-Control-Allow-Credentials"] = "true"
    headers["Access-Control-Expose-Headers"] = "X-Request-ID, ETag, Retry-After"
    return response
