"""What the settings of a project must be; the field that is checked names itself."""

from collections.abc import Mapping
from functools import cache
from zoneinfo import available_timezones

from core.exceptions import RuleBroken
from property_filters import WITH_ONE_VALUE

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


def check_filters(filters: object, *, stored: object = None) -> None:
    """Check that these can be property filters; what they are about is not judged.

    Of an operator that compares with one value, a list is refused, unless it is stored like that.

    :raises InvalidFilters: when they cannot.
    """
    if not isinstance(filters, list) or not all(isinstance(part, dict) for part in filters):
        raise InvalidFilters
    for part in filters:
        for name in _TEXTS:
            if not isinstance(part.get(name), str | None):
                raise InvalidFilters(f"The {name} of a test account filter must be a text.")
        # Wire quirk: test-filters-can-be-meant, see docs/quirks.md.
        if not _is_meant(part) and not (isinstance(stored, list) and part in stored):
            raise InvalidFilters(f"{part['operator']} compares with one value, not with a list.")


def _is_meant(part: Mapping[str, object]) -> bool:
    is_single = part.get("operator") in WITH_ONE_VALUE
    return not (is_single and isinstance(part.get("value"), list | dict))


@cache
def _names() -> frozenset[str]:
    # Listing them reads a directory.
    return frozenset(available_timezones())
