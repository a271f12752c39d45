"""JSON renderers."""

import json
from collections.abc import Mapping

import orjson
from rest_framework.renderers import JSONRenderer
from rest_framework.utils.encoders import JSONEncoder

# Time is written as everywhere in the framework, and what it knows beside JSON as well.
_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


class _Encoder(JSONEncoder):
    def default(self, value: object) -> object:
        """Return what the framework writes for a value; a fragment is read again."""
        if isinstance(value, orjson.Fragment):
            return json.loads(orjson.dumps(value))
        return super().default(value)


_beside_json = JSONEncoder().default


class QuickJSONRenderer(JSONRenderer):
    """Writes the same as the framework's; numbers that need an exponent are spelled otherwise.

    Parts may be rendered already (`orjson.Fragment`).
    """

    encoder_class = _Encoder
    nothing = b""

    def render(
        self,
        data: object,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, object] | None = None,
    ) -> bytes:
        if data is None:
            return self.nothing
        if not accepted_media_type or ";" not in accepted_media_type:
            try:
                rendered = orjson.dumps(data, default=_beside_json, option=_OPTIONS)
            except orjson.JSONEncodeError:
                # A whole number beyond 64 bits, a key that is no text, or a very deep document.
                pass
            else:
                return _fit_for_scripts(rendered)
        rendered_by_the_framework: bytes = super().render(
            data, accepted_media_type, renderer_context
        )
        return rendered_by_the_framework


class NullableJSONRenderer(QuickJSONRenderer):
    # The framework takes null for no answer at all.
    nothing = b"null"


def _fit_for_scripts(rendered: bytes) -> bytes:
    # JSON may have them in a text, JavaScript once could not. One byte is soonest looked for.
    if b"\xe2" not in rendered:
        return rendered
    return rendered.replace(b"\xe2\x80\xa8", b"\\u2028").replace(b"\xe2\x80\xa9", b"\\u2029")
