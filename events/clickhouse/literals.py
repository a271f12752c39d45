"""Values as literals of ClickHouse's SQL; pure."""

import re
from collections.abc import Iterable

_ESCAPED = re.compile("[\\\\'\0\ud800-\udfff]")


def literal(value: float | str) -> str:
    """Return a number or a text as a literal."""
    if isinstance(value, str):
        return f"'{_ESCAPED.sub(_escape, value)}'"
    return repr(value)


def literals(values: Iterable[float | str]) -> str:
    """Return the members of a list that are separated by commas."""
    return ", ".join(literal(value) for value in values)


def _escape(found: re.Match[str]) -> str:
    # A half of a surrogate pair is in no stored text; here it is what no text equals.
    character = found[0]
    if character in "\\'":
        return f"\\{character}"
    return "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8", "surrogatepass"))
