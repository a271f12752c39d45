"""What the definition of a cohort must be, apart from the cohorts that it names."""

from collections.abc import Mapping

from cohorts.documents import MAX_DEPTH, Document, conditions, has_empty_group, id_of
from core.exceptions import RuleBroken
from property_filters import UnreadableFilter, compile_filter
from property_filters.patterns import (
    MAX_PATTERNS,
    MAX_PATTERNS_LENGTH,
    are_too_many,
    compile_pattern,
    patterns_of,
)

MAX_CONDITIONS = 1000
MAX_VALUES = 1000

_BEHAVIORS = frozenset(
    {
        *("performed_event", "performed_event_multiple", "performed_event_first_time"),
        *("performed_event_sequence", "performed_event_regularly"),
        *("stopped_performing_event", "restarted_performing_event"),
    }
)


class InvalidCohortFilters(RuleBroken):
    """Raised for a definition that cannot say who is in a cohort."""

    default_detail = "filters must be an object whose properties are a group of conditions."
    default_attr = "filters"


def check_filters(filters: object, *, stored: Document | None = None) -> None:
    """Check that a definition is a group of groups of conditions that can be read.

    Regular expressions and groups without a condition that the cohort has already stay.

    :raises InvalidCohortFilters: when it is not, or has more than 1,000 conditions, or more regular
        expressions than are compiled in a moment.
    """
    if not isinstance(filters, dict) or not isinstance(filters.get("properties"), dict):
        raise InvalidCohortFilters
    _check_group(filters["properties"], depth=1)
    found = list(conditions(filters))
    if not found:
        raise InvalidCohortFilters("A cohort needs at least one condition.")
    if len(found) > MAX_CONDITIONS:
        raise InvalidCohortFilters(f"A cohort has at most {MAX_CONDITIONS} conditions.")
    # Of such a group SDKs say that everybody is in it, and evaluation here that nobody is.
    if has_empty_group(filters) and not has_empty_group(stored or {}):
        raise InvalidCohortFilters("A group of conditions needs at least one.")
    _check_patterns(found, known=patterns_of(conditions(stored or {})))
    for wanted in found:
        _check_condition(wanted)


def _check_group(group: object, *, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise InvalidCohortFilters(
            f"Groups of conditions are nested in {MAX_DEPTH} levels at most."
        )
    if not isinstance(group, dict) or group.get("type") not in ("AND", "OR"):
        raise InvalidCohortFilters("A group of conditions has the type AND or OR.")
    values = group.get("values")
    if not isinstance(values, list):
        raise InvalidCohortFilters("A group of conditions has a list of values.")
    for value in values:
        if isinstance(value, dict) and "values" not in value:
            continue
        _check_group(value, depth=depth + 1)


def _check_patterns(found: list[Document], *, known: list[str]) -> None:
    patterns = patterns_of(found)
    new = set(patterns).difference(known)
    if new and are_too_many(patterns):
        raise InvalidCohortFilters(
            f"A cohort has at most {MAX_PATTERNS} regular expressions, of {MAX_PATTERNS_LENGTH} "
            "characters together."
        )
    if not all(map(compile_pattern, new)):
        raise InvalidCohortFilters(
            "A regular expression cannot be read (RE2: no lookaround, no backreferences)."
        )


def _check_condition(wanted: Document) -> None:
    if not isinstance(wanted.get("negation", False), bool | None):
        raise InvalidCohortFilters("negation is true or false.")
    kind = wanted.get("type")
    check = _CHECKS.get(kind) if isinstance(kind, str) else None
    if check is None:
        raise InvalidCohortFilters("A condition has the type person, behavioral or cohort.")
    check(wanted)


def _check_person(wanted: Mapping[str, object]) -> None:
    value = wanted.get("value")
    if not wanted.get("key"):
        raise InvalidCohortFilters("A condition on persons needs a key.")
    if isinstance(value, list) and len(value) > MAX_VALUES:
        raise InvalidCohortFilters(f"A condition has at most {MAX_VALUES} values.")
    if wanted.get("operator") not in ("is_set", "is_not_set") and value is None:
        raise InvalidCohortFilters("A condition on persons needs a value.")
    try:
        compile_filter(wanted)
    except UnreadableFilter as reason:
        raise InvalidCohortFilters(str(reason)) from None


def _check_behavior(wanted: Mapping[str, object]) -> None:
    if str(wanted.get("value")) not in _BEHAVIORS:
        raise InvalidCohortFilters("The value of a behavioral condition is not known.")
    key = wanted.get("key")
    if isinstance(key, bool) or not isinstance(key, str | int) or key == "":
        raise InvalidCohortFilters("A behavioral condition needs the key of an event or action.")
    if wanted.get("event_type") not in ("events", "actions"):
        raise InvalidCohortFilters("The event_type of a behavioral condition is events or actions.")
    if wanted["event_type"] == "actions" and id_of(key) is None:
        raise InvalidCohortFilters("The key of a condition on an action is its id.")


def _check_cohort(wanted: Mapping[str, object]) -> None:
    if id_of(wanted.get("value")) is None:
        raise InvalidCohortFilters("The value of a condition on a cohort is its id.")
    if wanted.get("operator", "in") not in ("in", "not_in", None):
        raise InvalidCohortFilters("People are in a cohort or not_in it.")


_CHECKS = {"person": _check_person, "behavioral": _check_behavior, "cohort": _check_cohort}
