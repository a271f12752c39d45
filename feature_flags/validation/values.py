"""What texts in filters may spell: dates, versions, patterns, JSON."""

import json
import re
from datetime import datetime

from semver import Version

from property_filters.patterns import compile_pattern

_RELATIVE_DATE = re.compile(r"-?[0-9]{1,4}[hdwmy]")
_DATE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?",
    re.IGNORECASE,
)
_WILDCARD = re.compile(r"v?[0-9]+(\.[0-9]+)?\.\*")


def is_date(value: object) -> bool:
    """Tell whether the value is a date, a date with a time, or so long ago ("-7d")."""
    if not isinstance(value, str):
        return False
    if _RELATIVE_DATE.fullmatch(value):
        return True
    if not _DATE.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value.upper())
    except ValueError:
        return False
    return True


def is_version(value: object) -> bool:
    """Tell whether the value is a semantic version; a `v` and missing parts are overlooked."""
    if not isinstance(value, str) or not value.isascii():
        return False
    try:
        Version.parse(value.strip().removeprefix("v"), optional_minor_and_patch=True)
    except ValueError:
        return False
    return True


def is_version_wildcard(value: object) -> bool:
    """Tell whether the value is a version whose last part is open, such as `1.2.*`."""
    return isinstance(value, str) and _WILDCARD.fullmatch(value.strip()) is not None


def is_pattern(value: object) -> bool:
    """Tell whether the value is a regular expression that evaluation can read."""
    return isinstance(value, str) and compile_pattern(value) is not None


def is_json(value: object) -> bool:
    """Tell whether the value is a JSON text."""
    if not isinstance(value, str):
        return False
    try:
        json.loads(value, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return False
    return True


def _refuse(name: str) -> float:
    raise ValueError(f"{name} is not JSON")
