"""Reads a WSGI request before Django does."""

import codecs
from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters

# By the beginnings of Python's own names for them.
_CHARSETS = (
    *("utf-8", "utf-16", "utf-32", "ascii", "iso8859", "cp", "koi8", "mac", "big5", "gb", "hz"),
    *("shift_jis", "euc", "iso2022", "johab", "tis-620", "kz1048", "ptcp154", "hp-roman8"),
)


class TextRequest(WSGIRequest):
    """A request that is read in UTF-8 when its charset is none that texts are written in.

    Python has codecs that turn bytes into bytes, that read domain names or program text, and that
    fail in ways of their own; Django decodes even the query with them, before any middleware.
    """

    def __init__(self, environ: dict[str, Any]) -> None:
        content_type = environ.get("CONTENT_TYPE") or ""
        if "charset" in content_type.lower() and not _is_readable(content_type):
            environ = environ | {"CONTENT_TYPE": _without_charset(content_type)}
        super().__init__(environ)


class TextHandler(WSGIHandler):
    """The application, with such requests."""

    request_class = TextRequest


def _is_readable(content_type: str) -> bool:
    charset = parse_header_parameters(content_type)[1].get("charset")
    if charset is None:
        return True
    try:
        return codecs.lookup(charset).name.startswith(_CHARSETS)
    except (LookupError, ValueError):
        return False


def _without_charset(content_type: str) -> str:
    media_type, *parameters = content_type.split(";")
    kept = [part for part in parameters if "charset" not in part.lower()]
    return ";".join([media_type, *kept])
