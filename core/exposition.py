"""The page that Prometheus reads."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

from core import counting
from core.exceptions import AuthenticationFailed
from core.responses import endpoint_not_found, error_response


def exposition(request: HttpRequest) -> HttpResponse:
    """Answer what all workers have counted to whoever has the token; 404 while metrics are off."""
    if not settings.METRICS_TOKEN:
        return endpoint_not_found(request)
    sent = request.headers.get("Authorization", "")
    if not constant_time_compare(sent, f"Bearer {settings.METRICS_TOKEN}"):
        return error_response(AuthenticationFailed("Send the token of METRICS_TOKEN as Bearer."))
    content_type, text = counting.exposition()
    return HttpResponse(text, content_type=content_type)
