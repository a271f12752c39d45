"""Conditional requests: 304 for `If-None-Match`, 412 for `If-Match`."""

import hashlib
from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import Model
from django.http import HttpRequest, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.serializer_helpers import ReturnDict

from core import preconditions

if TYPE_CHECKING:
    from rest_framework.generics import GenericAPIView

    _View = GenericAPIView[Any]
else:
    _View = object


class ConditionalMixin(_View):
    # No docstring: it would become the published description of the resource.
    # Wire quirk: conditional-requests, see docs/quirks.md.

    # The actions whose answer shows the object otherwise than a GET does.
    without_etag: ClassVar[tuple[str, ...]] = ()

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method in SAFE_METHODS:
            return _unless_known(request, super().dispatch(request, *args, **kwargs))
        if "If-Match" not in request.headers:
            return super().dispatch(request, *args, **kwargs)
        with preconditions.expecting(self._is_expected):
            return super().dispatch(request, *args, **kwargs)

    def get_object(self) -> Any:
        found = self.find_object()
        preconditions.note_subject(found)
        return found

    def find_object(self) -> Any:
        """Find what the URL names, with the permissions for it checked.

        A view that asks in words of its own overrides this.
        """
        return super().get_object()

    def read_again(self, row: Model) -> Any:
        """Read a locked row as a GET reads it; None when that would not find it.

        A view that shows what its queryset does not have overrides this.
        """
        return self.get_queryset().filter(pk=row.pk).first()

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        if self._has_etag(response):
            # Rendered here, not later: what is hashed is what is sent.
            response.headers["ETag"] = etag_of(response.render().content)
        return response

    def _has_etag(self, response: HttpResponseBase) -> bool:
        if getattr(self, "action", None) in self.without_etag:
            return False
        if not isinstance(response, Response) or not 200 <= response.status_code < 300:
            return False
        if self.request.method in ("GET", "HEAD"):
            return True
        # Some writes answer with something else than the object, such as what a vote led to.
        return isinstance(response.data, ReturnDict) and isinstance(
            response.data.serializer, self.get_serializer_class()
        )

    def _is_expected(self, row: Model) -> bool:
        current = self.read_again(row)
        if current is None:
            return False
        rendered = self.request.accepted_renderer.render(
            self.get_serializer(current).data,
            self.request.accepted_media_type,
            self.get_renderer_context(),
        )
        return is_named(etag_of(rendered), header=self.request.headers["If-Match"])


def etag_of(body: bytes) -> str:
    """Return the strong ETag of these bytes."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def is_named(etag: str, *, header: str, weakly: bool = False) -> bool:
    """Tell whether the header, a list of ETags or `*`, names this one; what is malformed does not.

    Weakly, `W/"x"` names `"x"` as well.
    """
    named = parse_etags(header)
    if weakly:
        named = [name.removeprefix("W/") for name in named]
    return named == ["*"] or etag in named


def _unless_known(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    etag, known = response.headers.get("ETag"), request.headers.get("If-None-Match", "")
    if etag is None or not is_named(etag, header=known, weakly=True):
        return response
    kept = ("ETag", "Vary", "Allow")
    headers = {name: response.headers[name] for name in kept if name in response.headers}
    return HttpResponseNotModified(headers=headers)
