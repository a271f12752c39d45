"""The type of a property, by one of its values."""

import re

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?\Z")


def property_type(name: str, value: object) -> str:
    """Return String, Numeric, Boolean or DateTime; nothing for lists, objects and null."""
    if isinstance(value, bool) or value in ("true", "false"):
        return "Boolean"
    if isinstance(value, int | float):
        return "Numeric"
    if isinstance(value, str):
        is_moment = not name.startswith("utm_") and _MOMENT.match(value)
        return "DateTime" if is_moment else "String"
    return ""
