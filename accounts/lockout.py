"""Callbacks for django-axes: whose failures are counted, and the response to a lock-out."""

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request

from api import throttling
from core.emails import folded
from core.exceptions import PermissionDenied
from core.http.responses import error_response


class TooManyFailedAttempts(PermissionDenied):
    """Raised for a login after too many failed ones."""

    default_code = "too_many_failed_attempts"
    default_detail = "Too many failed logins. Try again in ten minutes."
    wait = settings.AXES_COOLOFF_TIME.total_seconds()


def email_of(request: HttpRequest, credentials: Mapping[str, str] | None) -> str | None:
    """Return the e-mail address under which a failure is counted."""
    credentials = credentials or {}
    # Whoever asks for a login calls it the username, whoever counts calls it by its field.
    email = credentials.get("username") or credentials.get("email")
    return email and folded(email)


def address_of(request: HttpRequest) -> str:
    """Return the address under which a failure is counted, found as rate limits find it."""
    return throttling.address_of(Request(request))


def refusal(request: HttpRequest, response: HttpResponse, credentials: object) -> HttpResponse:
    """Answer in place of the login, on the API and on the admin site."""
    return error_response(TooManyFailedAttempts())
