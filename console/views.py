"""The one page of the console."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from console.assets import address, preloaded

# Only this server's own files: no inline script or style, no other host, no frame around it.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)


@require_safe
@never_cache
@ensure_csrf_cookie
def shell(request: HttpRequest) -> HttpResponse:
    """Answer every path of the console with the same small document."""
    context = {
        "assets": address(),
        "modules": preloaded(request.path),
        # So that the page need not ask, and be refused, before anybody has signed in.
        "is_signed_in": request.user.is_authenticated,
    }
    response = render(request, "console/shell.html", context)
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Referrer-Policy"] = "same-origin"
    return response
