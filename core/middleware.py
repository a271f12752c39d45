"""What answers before routing: probes, and bodies too large to read."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from core import health
from core.exceptions import RequestTooLarge
from core.responses import error_response

GetResponse = Callable[[HttpRequest], HttpResponse]


class ProbeMiddleware:
    """Answers the liveness and readiness probes."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/_livez":
            return JsonResponse({"http": True})
        if request.path == "/_readyz":
            return health.readiness(request)
        return self.get_response(request)


class BodyLimitMiddleware:
    """Refuses a body that is larger than MAX_BODY_BYTES, by the length it announces."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > settings.MAX_BODY_BYTES:
            return error_response(
                RequestTooLarge(
                    f"The request body is larger than {settings.MAX_BODY_BYTES} bytes. "
                    "Send less in one request."
                )
            )
        return self.get_response(request)
