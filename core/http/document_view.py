"""The OpenAPI document as the server serves it."""

from threading import Lock
from typing import Any

from django.http import HttpResponse
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request


class DocumentView(SpectacularAPIView):
    # Rendered once in each format and process: making it takes half a second, and it is the same
    # for everybody, whatever the query says.

    _rendered: dict[str, bytes] = {}
    _lock = Lock()

    def _get_schema_response(self, request: Request) -> HttpResponse:
        renderer = request.accepted_renderer
        with self._lock:
            content = self._rendered.get(renderer.media_type)
            if content is None:
                generator: Any = self.generator_class()
                document = generator.get_schema(public=self.serve_public)
                content = renderer.render(document, renderer.media_type, {})
                self._rendered[renderer.media_type] = content
        suffix = "json" if "json" in renderer.media_type else "yaml"
        return HttpResponse(
            content,
            content_type=renderer.media_type,
            headers={"Content-Disposition": f'inline; filename="schema.{suffix}"'},
        )
