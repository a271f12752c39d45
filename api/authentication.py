"""Bearer authentication with personal API keys, and with secret API keys of projects."""

import re
from copy import copy
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request

from api.auth_context import SecretKeyNotAllowed, load_secret_key
from core.exceptions import AuthenticationFailed
from core.http.query_text import KEY_PARAMETER
from tenants.models import ProjectSecretAPIKey
from users import selectors, services
from users.models import PersonalAPIKey, User
from users.tokens import OAUTH_PREFIX, SECRET_PREFIX

_BEARER = re.compile(r"Bearer\s+(\S.+)")
BODY = "body"

Key = PersonalAPIKey | ProjectSecretAPIKey


class KeyUser(AnonymousUser):
    """Whom a secret API key of a project speaks for: nobody in particular."""

    is_authenticated = True  # type: ignore[assignment]  # as much of a user as is asked for


class PersonalAPIKeyAuthentication(BaseAuthentication):
    # Only the first place that holds a key counts; the others are no fallback.

    def authenticate(self, request: Request) -> tuple[User | KeyUser, Key] | None:
        value, place = find_value(request)
        if value is None:
            return None
        secret_key = _find_secret_key(request)
        if secret_key is not None:
            return KeyUser(), secret_key
        # A view in a project has loaded the key together with what it asks next.
        context = getattr(request, "auth_context", None)
        key = context.key if context else _find_key(value)
        if key is None:
            raise AuthenticationFailed(
                f"The personal API key in the request's {place} is not valid. "
                "Check it, or create a new one."
            )
        services.note_use(key=key, now=timezone.now())
        return key.user, key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class BrowserSessionAuthentication(SessionAuthentication):
    # For where a session is asked for first: without a challenge a 401 would become a 403.

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class PersonalAPIKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = PersonalAPIKeyAuthentication
    name = "PersonalAPIKeyAuth"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


def bearer_value(request: HttpRequest | Request) -> str | None:
    """Return the key that the request's Authorization header holds, if it holds one."""
    header = _BEARER.fullmatch(request.headers.get("Authorization", "").strip())
    return header[1] if header and not header[1].startswith(OAUTH_PREFIX) else None


def find_value(request: Request) -> tuple[object, str]:
    """Return the first value that stands where a key may stand, and the name of the place."""
    if value := bearer_value(request):
        return value, "Authorization header"
    if hasattr(request.data, "get") and KEY_PARAMETER in request.data:
        return request.data.get(KEY_PARAMETER), BODY
    if KEY_PARAMETER in request.query_params:
        return request.query_params[KEY_PARAMETER], "query string"
    return None, ""


def check_is_no_link(request: Request) -> None:
    """Check a GET that writes as a POST is checked: a page of another origin can link to it.

    :raises PermissionDenied: when a session sends it without its CSRF token.
    """
    if request.auth is None:
        asked: Any = copy(request._request)  # noqa: SLF001
        asked.method = "POST"
        SessionAuthentication().enforce_csrf(asked)


def _find_secret_key(request: Request) -> ProjectSecretAPIKey | None:
    """Return the secret API key that the header holds, if the view knows such keys.

    :raises SecretKeyNotAllowed: when it does not.
    """
    value = bearer_value(request)
    if value is None or not value.startswith(SECRET_PREFIX):
        return None
    key = load_secret_key(value=value)
    if key is None:
        return None
    # A view that says nothing of such keys knows none.
    view: Any = request.parser_context["view"]
    if view.action not in getattr(view, "secret_key_actions", ()):
        raise SecretKeyNotAllowed
    services.note_use(key=key, now=timezone.now())
    return key


def _find_key(value: object) -> PersonalAPIKey | None:
    return selectors.find_key(value=value) if isinstance(value, str) else None
