"""The Prometheus endpoint."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

from core.exceptions import APIException, AuthenticationFailed
from core.http.responses import endpoint_not_found, error_response
from core.ops import prometheus


class MetricsUnavailable(APIException):
    """A 503: nothing can be counted, since METRICS_FOLDER cannot be written."""

    status_code = 503
    default_code = "metrics_unavailable"
    default_detail = "Nothing is counted: METRICS_FOLDER cannot be written."
    exception_type = "server_error"


def exposition(request: HttpRequest) -> HttpResponse:
    """Answer the metrics of all workers to whoever sends the token; 404 while metrics are off."""
    if not settings.METRICS_TOKEN:
        return endpoint_not_found(request)
    sent = request.headers.get("Authorization", "")
    if not constant_time_compare(sent, f"Bearer {settings.METRICS_TOKEN}"):
        return error_response(AuthenticationFailed("Send the token of METRICS_TOKEN as Bearer."))
    collected = prometheus.collect()
    if collected is None:
        return error_response(MetricsUnavailable())
    content_type, text = collected
    return HttpResponse(text, content_type=content_type)
