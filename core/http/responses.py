"""Error answers for what happens outside the API framework."""

import sys

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from core.db.errors import refusal_for
from core.exceptions import APIException, NotFound, ParseError, PermissionDenied
from core.http.exception_handler import exception_handler

# How the document describes an operation that refuses in its own words as well.
BARE_OR_PLAIN = {
    "anyOf": [
        {"$ref": "#/components/schemas/BareError"},
        {"$ref": "#/components/schemas/Error"},
    ]
}


def error_response(exc: Exception, request: HttpRequest | None = None) -> HttpResponse:
    """Return the wire's error object for an exception raised outside a view of the API."""
    rendered = exception_handler(exc, {"request": request})
    response = JsonResponse(rendered.data, status=rendered.status_code)
    for name in ("WWW-Authenticate", "Retry-After"):
        if name in rendered.headers:
            response.headers[name] = rendered.headers[name]
    return response


# Whoever sends a form to nowhere learns that, not that a token is missing.
@csrf_exempt
def endpoint_not_found(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    """Answer a path that no route knows; nobody is asked to authenticate for it."""
    return error_response(
        NotFound(
            "There is no endpoint at this path. /api/schema/swagger-ui/ shows all that there are."
        )
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that Django itself refuses, such as one for an unknown host."""
    return error_response(ParseError("The request is malformed, or its Host is not allowed here."))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that Django itself forbids."""
    return error_response(PermissionDenied())


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a failure outside the API framework; Django logs it."""
    failure = sys.exc_info()[1]
    if isinstance(failure, Exception) and refusal_for(failure):
        return error_response(failure)
    return error_response(APIException())
