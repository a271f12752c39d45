"""What the settings of a project must be; the field that is checked names itself."""

from functools import cache
from zoneinfo import available_timezones

from core.exceptions import RuleBroken

# What a property filter says as text.
_TEXTS = ("type", "key", "operator")


class UnknownTimezone(RuleBroken):
    """Raised for a time zone that the server does not know."""

    default_detail = "Unknown time zone. Use a name such as UTC or Europe/Berlin."
    default_code = "invalid_choice"


class InvalidFilters(RuleBroken):
    """Raised for test account filters that are none."""

    default_detail = "test_account_filters must be a list of objects."


def check_timezone(name: str) -> None:
    """Check that this is the name of a time zone.

    :raises UnknownTimezone: when it is not.
    """
    if name not in _names():
        raise UnknownTimezone


def check_filters(filters: object) -> None:
    """Check that these can be property filters; what they are about is not judged.

    :raises InvalidFilters: when they cannot.
    """
    if not isinstance(filters, list) or not all(isinstance(part, dict) for part in filters):
        raise InvalidFilters
    for part in filters:
        for name in _TEXTS:
            if not isinstance(part.get(name), str | None):
                raise InvalidFilters(f"The {name} of a test account filter must be a text.")


@cache
def _names() -> frozenset[str]:
    # Listing them reads a directory.
    return frozenset(available_timezones())
