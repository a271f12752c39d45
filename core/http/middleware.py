"""Middleware: probes, body size limit, SDK endpoints, cache control, CSRF token, client name."""

from collections.abc import Callable
from io import BytesIO
from typing import cast

from django.conf import settings
from django.contrib.messages.middleware import MessageMiddleware
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.urls import Resolver404, ResolverMatch, resolve

from core.exceptions import APIException, BodyIncomplete, RequestTooLarge
from core.http.client_name import speaking_for
from core.http.metrics_page import exposition
from core.http.responses import error_response
from core.http.sdk_endpoints import open_to_every_origin, refusal_in_plain_text
from core.ops import health, request_log
from core.ops.request_turns import giving_way

# What these methods do not send nobody has to wait for.
_BATCH_BYTES = 20 * 1024 * 1024
# Pages send forms, before anybody has logged in too; to unquote so much may take half a second.
_PAGE_BYTES = 1024 * 1024
# Where no SDK asks, so that nobody looks twice for the view.
_NOT_FOR_SDKS = ("/api/projects/", "/api/environments/", "/api/organizations/", "/admin/")
_BODILESS = ("GET", "HEAD", "OPTIONS")

GetResponse = Callable[[HttpRequest], HttpResponse]
Refuse = Callable[[APIException], HttpResponse]
# How much of a refused body is read, and how much of it at once.
_DISCARDED, _PIECE = 32 * 1024 * 1024, 64 * 1024


class ProbeMiddleware:
    """Answers probes and Prometheus, under whatever name or address they ask."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = _PROBES.get(request.path)
        return answer(request) if answer else self.get_response(request)


class BodyLimitMiddleware:
    """Refuses a body that is larger than MAX_BODY_BYTES, by the length it announces or has."""

    def __init__(self, get_response: GetResponse, refuse: Refuse = error_response) -> None:
        self.get_response = get_response
        self._refuse = refuse

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _is_unmeasured(request):
            try:
                request = _measured(request)
            except OSError:
                return self._refuse(BodyIncomplete())
        limit = _limit(request)
        if _is_too_long(request.META.get("CONTENT_LENGTH") or "0", limit):
            with giving_way():
                _discard(request)
            return self._refuse(
                RequestTooLarge(
                    f"The request body is larger than {limit} bytes. Send less in one request."
                )
            )
        return self.get_response(request)


def _discard(request: HttpRequest) -> None:
    """Read a refused body that is not huge: proxies call an answer before its end a 502."""
    if _is_too_long(request.META.get("CONTENT_LENGTH") or "0", _DISCARDED):
        return
    left = _DISCARDED
    try:
        while left > 0 and (piece := request.read(min(left, _PIECE))):
            left -= len(piece)
    except OSError:
        # Whoever sent it has gone.
        pass


class SDKMiddleware:
    """Answers the endpoints that SDKs call, without what only people and keys need.

    They have no session, no cookie and no CSRF token; what is left out is the larger part of the
    time that an answer takes.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self._answer = BodyLimitMiddleware(_answered_by_its_view, refusal_in_plain_text)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        match = None if request.path_info.startswith(_NOT_FOR_SDKS) else _match(request.path_info)
        if match is None or not getattr(match.func, "is_for_sdks", False):
            return self.get_response(request)
        # Refuses hosts that the server is not for.
        request.get_host()
        request.resolver_match = match
        request_log.note_route(match.route)
        return open_to_every_origin(request, self._answer(request))


def _match(path: str) -> ResolverMatch | None:
    try:
        return resolve(path)
    except Resolver404:
        return None


def _answered_by_its_view(request: HttpRequest) -> HttpResponse:
    # A request whose body had to be measured is another object, which knows no match.
    match = request.resolver_match or resolve(request.path_info)
    request.resolver_match = match
    return cast("HttpResponse", match.func(request, *match.args, **match.kwargs))


class CacheControlMiddleware:
    """Lets nobody but the caller keep an answer of the API, and not use it without asking again."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith("/api/") and "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "private, no-cache"
        return response


class CsrfTokenMiddleware:
    """Tells a page of another origin the CSRF token of its session, in `X-CSRFToken`.

    The page can read the cookie only when it is served from the same host.
    """

    # Wire quirk: csrf-token-in-a-header, see docs/quirks.md.
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.headers.get("Origin") in settings.CORS_ALLOWED_ORIGINS and _has_session(request):
            response.headers["X-CSRFToken"] = get_token(request)
        return response


class ClientNameMiddleware:
    """Keeps the name of the client, from `X-PostHog-Client`, while its request is answered."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = request.headers.get("X-PostHog-Client")
        if name is None:
            return self.get_response(request)
        with speaking_for(name):
            return self.get_response(request)


class AdminMessageMiddleware(MessageMiddleware):
    """Keeps messages for the pages of the admin site; nothing else has any."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith("/admin/"):
            return cast("HttpResponse", super().__call__(request))
        return cast("HttpResponse", self.get_response(request))


def _alive(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"http": True})


# Whoever asks from inside asks by an address, and needs no name that the public knows.
_PROBES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/_livez": _alive,
    "/_readyz": health.readiness,
    "/_health": health.health,
    "/_health/": health.health,
    "/_metrics": exposition,
    "/_metrics/": exposition,
}


def _has_session(request: HttpRequest) -> bool:
    # A login has made the second one just now.
    return settings.SESSION_COOKIE_NAME in request.COOKIES or "CSRF_COOKIE" in request.META


def _is_unmeasured(request: HttpRequest) -> bool:
    # A chunked body announces no length, and without one Django would read nothing of it.
    is_announced = bool(request.META.get("CONTENT_LENGTH"))
    may_have_body = request.method not in _BODILESS or "HTTP_TRANSFER_ENCODING" in request.META
    return may_have_body and not is_announced and bool(request.META.get("wsgi.input_terminated"))


def _measured(request: HttpRequest) -> HttpRequest:
    body = request.META["wsgi.input"].read(_limit(request) + 1)
    known = {
        "wsgi.input": BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
        # Django has put the decoded path there, and would decode it again.
        "PATH_INFO": request.path_info.encode().decode("iso-8859-1"),
    }
    return WSGIRequest(request.META | known)


def _limit(request: HttpRequest) -> int:
    if request.path_info.startswith("/admin/"):
        return min(_PAGE_BYTES, settings.MAX_BODY_BYTES)
    # SDKs send many events at a time, compressed or not.
    return (
        max(_BATCH_BYTES, settings.MAX_BODY_BYTES)
        if _is_batch(request)
        else settings.MAX_BODY_BYTES
    )


def _is_batch(request: HttpRequest) -> bool:
    return request.path_info.rstrip("/") == "/batch"


def _is_too_long(length: str, limit: int) -> bool:
    # Python refuses to read numbers of thousands of digits.
    return length.isdecimal() and (len(length) > 19 or int(length) > limit)
