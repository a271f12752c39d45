"""Which renderer answers: what nearly all clients accept is known without looking into it."""

from collections.abc import Iterable
from typing import cast

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

_ANYTHING = "*/*"


class QuickNegotiation(DefaultContentNegotiation):
    """The framework's, but for those who take anything, or just what comes first here."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        first = next(iter(renderers))
        accepted = request.META.get("HTTP_ACCEPT", _ANYTHING)
        is_named = format_suffix or self.settings.URL_FORMAT_OVERRIDE in request.query_params
        if accepted in (_ANYTHING, first.media_type) and not is_named:
            return first, first.media_type
        return cast(
            "tuple[BaseRenderer, str]", super().select_renderer(request, renderers, format_suffix)
        )
