"""Rendering answers that are no object."""

from collections.abc import Mapping

from rest_framework.renderers import JSONRenderer


class NullableJSONRenderer(JSONRenderer):
    # The framework takes null for no answer at all.

    def render(
        self,
        data: object,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, object] | None = None,
    ) -> bytes:
        rendered: bytes = super().render(data, accepted_media_type, renderer_context)
        return rendered or b"null"
