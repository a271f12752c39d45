"""Reading the bodies that SDKs send: JSON, gzip, base64 or LZ64 of it, forms around it."""

import binascii
import json
import re
import zlib
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, replace

import orjson

from core.http import lz_string

_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_NAMES = frozenset({"gzip", "gzip-js"})
_LZ64_NAMES = frozenset({"lz64", "lz-string"})
_FORM = "application/x-www-form-urlencoded"
_READABLE = frozenset({"", "application/json", "text/plain", _FORM})
# Tells zlib that a gzip header comes first.
_GZIP_WINDOW = 16 + zlib.MAX_WBITS
# What takes half a second to unpack, or to unquote. Nobody sends longer ones.
_MAX_LZ64_BYTES = _MAX_FORM_BYTES = 2 * 1024 * 1024
# Each costs many times what its bytes do, and 20 MiB have room for ten million. Events as they are
# sent have a tenth of that.
_MAX_VALUES = 2_000_000
_QUOTED = re.compile(rb"%([0-9A-Fa-f]{2})")
# Enough to see whether JSON begins there.
_HEAD_BYTES = 100
# What has been unpacked is unpacked again only so often.
_MAX_LAYERS = 3
_JSON_STARTS = (b"{", b"[")


class UndecodableBody(ValueError):
    """The body is no JSON in any of the encodings."""


class BodyTooLarge(ValueError):
    """The body, or what is packed in it, is larger than the endpoint reads."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """What a request says about how its body is encoded; all of it may be wrong or missing."""

    content_type: str = ""
    content_encoding: str = ""
    compression: str = ""

    @classmethod
    def of(cls, headers: Mapping[str, str], query: Mapping[str, str]) -> "Encoding":
        """Return what the headers and the query string of a request say."""
        media_type = headers.get("Content-Type", "").partition(";")[0].strip().lower()
        coding = headers.get("Content-Encoding", "").strip().lower()
        return cls(media_type, coding, query.get("compression", "").lower())

    def without_type(self) -> "Encoding":
        """Return the same for a body that may have any type but is no form."""
        return replace(self, content_type="")

    @property
    def is_form(self) -> bool:
        """Whether what is sent stands in a form."""
        return self.content_type == _FORM

    @property
    def packing(self) -> str:
        """How the body is packed, by the nearest to it that says so; a form, then, has said it."""
        return self.compression or self.content_encoding


def decode_body(body: bytes, encoding: Encoding, *, max_bytes: int) -> object:
    """Return the JSON value of a body; NaN and Infinity in it are null.

    :raises UndecodableBody: when there is none.
    :raises BodyTooLarge: when the body or its content has more than `max_bytes`.
    """
    if encoding.content_type not in _READABLE:
        raise UndecodableBody(f"Content type {encoding.content_type!r} is not supported.")
    if len(body) > max_bytes:
        raise BodyTooLarge
    if encoding.is_form:
        body, stated = _form_data(body)
        encoding = replace(encoding, compression=encoding.compression or stated)
    if encoding.packing in _LZ64_NAMES and not body.startswith(_GZIP_MAGIC):
        return _parsed(_from_lz64(body, max_bytes=max_bytes))
    return _decoded(body, encoding, max_bytes=max_bytes)


def parse_lenient_json(text: bytes) -> object:
    """Return the value of a JSON text; NaN, Infinity and -Infinity are null.

    :raises UndecodableBody: when it is none.
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(text, parse_constant=lambda _: None, parse_float=_finite)
    except (ValueError, RecursionError):
        raise UndecodableBody("The body is not valid JSON.") from None


def gunzip(body: bytes, *, max_bytes: int) -> bytes:
    """Return what is packed in a gzip body, which is not unpacked further than `max_bytes`.

    :raises UndecodableBody: when it is no gzip, or not complete.
    :raises BodyTooLarge: when there is more in it.
    """
    unpacker = zlib.decompressobj(_GZIP_WINDOW)
    try:
        content = unpacker.decompress(body, max_bytes + 1)
    except zlib.error:
        raise UndecodableBody("The body is not valid gzip.") from None
    if len(content) > max_bytes:
        raise BodyTooLarge
    if not unpacker.eof:
        raise UndecodableBody("The gzip body is not complete.")
    return content


def _decoded(body: bytes, encoding: Encoding, *, max_bytes: int) -> object:
    for _ in range(_MAX_LAYERS):
        if body.startswith(_GZIP_MAGIC):
            body = gunzip(body, max_bytes=max_bytes)
        try:
            return _parsed(body)
        except UndecodableBody:
            body = _from_base64(body)
    raise UndecodableBody(_hint(encoding))


def _parsed(text: bytes) -> object:
    if text.count(b",") >= _MAX_VALUES:
        raise BodyTooLarge
    return parse_lenient_json(text)


def _hint(encoding: Encoding) -> str:
    is_gzip = encoding.packing in _GZIP_NAMES
    return "The body is not valid gzip." if is_gzip else "The body is not valid JSON."


def _form_data(body: bytes) -> tuple[bytes, str]:
    """Return what a form holds, and how it says that this is packed."""
    if body.startswith(_GZIP_MAGIC) or body.lstrip().startswith(_JSON_STARTS):
        # curl sends both under this type unless it is told another one; nothing in it is escaped.
        return body, ""
    if len(body) > _MAX_FORM_BYTES:
        raise BodyTooLarge
    fields = dict(field.partition(b"=")[::2] for field in body.split(b"&", 20))
    # Some clients leave `data=` out.
    data = fields.get(b"data") or body
    stated = _unquoted(fields.get(b"compression", b"")).decode(errors="replace").lower()
    if _unquoted(data[:_HEAD_BYTES]).lstrip(b"+ \t\r\n").startswith(_JSON_STARTS):
        return _unquoted(data.replace(b"+", b" ")), stated
    # A blank stands for the plus sign that base64 has and forms do not.
    return _unquoted(data).replace(b" ", b"+"), stated


def _unquoted(data: bytes) -> bytes:
    # The library's own needs 200 bytes of memory for each percent sign, and more time than this.
    return _QUOTED.sub(lambda quoted: bytes.fromhex(quoted[1].decode()), data)


def _from_base64(body: bytes) -> bytes:
    # The command of that name breaks lines.
    text = body.translate(None, b"\r\n").strip().rstrip(b"=")
    try:
        return b64decode(text.replace(b" ", b"+") + b"=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise UndecodableBody("The body is not valid JSON.") from None


def _from_lz64(body: bytes, *, max_bytes: int) -> bytes:
    if len(body) > _MAX_LZ64_BYTES:
        raise BodyTooLarge
    text = body.strip(b"\r\n").rstrip(b"=").replace(b" ", b"+")
    try:
        # The last letter may stand alone, which base64 does not know.
        packed = b64decode(text + b"A" * (-len(text) % 4), validate=True)
        units = lz_string.unpack(packed, max_units=max_bytes)
    except lz_string.TooMuchPacked:
        raise BodyTooLarge from None
    except ValueError:
        raise UndecodableBody("The body is not valid lz64.") from None
    content = units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()
    if len(content) > max_bytes:
        raise BodyTooLarge
    return content


def _finite(digits: str) -> float | None:
    value = float(digits)
    return value if abs(value) != float("inf") else None
