"""Reading request bodies: JSON as its standard has it, and the forms clients send as JSON."""

import json
import math
import re
from collections.abc import Mapping
from io import BytesIO
from typing import IO, Any

from django.http import QueryDict
from rest_framework.parsers import FormParser, JSONParser

from core.exceptions import ParseError

# What one body may hold: each value costs many times what its bytes do.
MAX_VALUES = 100_000
MAX_PERCENT_SIGNS = 200_000
# A value has at most a key beside it: two texts.
_MAX_QUOTES = 4 * MAX_VALUES
# A field name and an equals sign: what `curl -d name=value` sends whatever the content type says.
_FORM_START = re.compile(rb"\s*[A-Za-z_][A-Za-z0-9_]*=")


class StrictJSONParser(JSONParser):
    # Refuses what JSON does not have or what cannot be kept: NaN, Infinity, numbers too large
    # for a float, the same key twice, bytes that are not UTF-8.

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        body = stream.read()
        if _FORM_START.match(body):
            # Wire quirk: form-under-json, see docs/quirks.md.
            check_form(body)
            return QueryDict(body.lstrip(), encoding="utf-8")
        return parse_json(body)


class StrictFormParser(FormParser):
    # `curl -d '{…}'` says that it sends a form unless it is told otherwise.

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        body = stream.read()
        if body.lstrip()[:1] in (b"{", b"["):
            raise ParseError(
                "The body is JSON, but its Content-Type says form. "
                "Send Content-Type: application/json."
            )
        check_form(body)
        return super().parse(BytesIO(body), media_type, parser_context)


def check_form(body: bytes) -> None:
    """Check that a form can be unquoted at little cost: each percent sign takes 200 bytes for it.

    :raises ParseError: when it has too many of them.
    """
    if body.count(b"%") > MAX_PERCENT_SIGNS:
        raise ParseError(
            f"The form has more than {MAX_PERCENT_SIGNS} percent signs. Send JSON instead."
        )


def parse_json(body: bytes | str) -> object:
    """Return the value of a JSON text.

    :raises ParseError: when it is not strict JSON in UTF-8, or has more values than a body may.
    """
    try:
        text = body.decode("utf-8") if isinstance(body, bytes) else body
        _check_number(text)
        return json.loads(
            text,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            object_pairs_hook=_without_repeats,
        )
    except ValueError as error:
        raise ParseError(f"JSON parse error - {error}") from None
    except RecursionError:
        raise ParseError("JSON parse error - nested too deeply.") from None


def _check_number(text: str) -> None:
    # Counted before they are made. Commas in texts are none of it, but seldom so many.
    if text.count(",") >= MAX_VALUES and _has_many_values(text):
        raise ParseError(f"JSON parse error - more than {MAX_VALUES} values.")


def _has_many_values(text: str) -> bool:
    # Without escaped quotes, every second part between quotes is a text. In time that grows with
    # the body alone: a pattern would look for the end of a text that has none again and again.
    plain = text.replace("\\\\", "").replace('\\"', "")
    if plain.count('"') > _MAX_QUOTES:
        return True
    between = plain.split('"')[::2]
    return sum(part.count(",") for part in between) >= MAX_VALUES


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not a JSON number")


def _finite(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise ValueError("a number is too large")
    return value


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("an object has the same key twice")
    return members
