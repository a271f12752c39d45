"""What a condition on one property must be."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from feature_flags import filters as flag_filters
from feature_flags.validation import values
from feature_flags.validation.errors import InvalidFilters
from property_filters.patterns import (
    MAX_PATTERNS,
    MAX_PATTERNS_LENGTH,
    are_too_many,
    patterns_of,
)

Property = Mapping[str, Any]

MAX_VALUES = 1000

_TEXT = frozenset(
    {
        *("icontains", "not_icontains", "regex", "not_regex", "gt", "gte", "lt", "lte"),
        *("starts_with", "not_starts_with", "ends_with", "not_ends_with"),
    }
)
_LISTS = frozenset({"icontains_multi", "not_icontains_multi"})
_PATTERNS = frozenset({"regex", "not_regex"})
_DATES = frozenset({"is_date_exact", "is_date_after", "is_date_before"})
_VERSIONS = frozenset(
    {
        *("semver_eq", "semver_neq", "semver_gt", "semver_gte", "semver_lt", "semver_lte"),
        *("semver_tilde", "semver_caret"),
    }
)
_WILDCARD = "semver_wildcard"
_SERVED = frozenset(
    {
        *("exact", "is_not", "is_set", "is_not_set", _WILDCARD),
        *(_TEXT | _LISTS | _DATES | _VERSIONS),
    }
)
_IN_COHORTS = frozenset({"in", "not_in"})
_IN_FLAGS = frozenset({"flag_evaluates_to"})
# Other products of the wire know these, its flags do not.
_UNSUPPORTED = frozenset({"between", "not_between", "is_cleaned_path_exact"})

_OPERATORS = {"person": _SERVED, "group": _SERVED, "cohort": _IN_COHORTS, "flag": _IN_FLAGS}
_DEFAULT_OPERATOR = {"cohort": "in"}


def check_property(
    wanted: object, *, place: str, group_type_index: object, known_patterns: frozenset[str]
) -> None:
    """Check one property filter of a group that aggregates by this group type, or by person.

    Patterns that the flag has already are known: they stay, however they were written.

    :raises InvalidFilters: when it cannot be evaluated, naming its place.
    """
    if not isinstance(wanted, dict):
        raise InvalidFilters(f"{place} must be an object.")
    kind = _checked_kind(wanted, place=place, group_type_index=group_type_index)
    operator = _checked_operator(wanted, kind=kind, place=place)
    if kind != "cohort" and not (isinstance(wanted.get("key"), str) and wanted["key"]):
        raise InvalidFilters(f"{place} needs a key.")
    value = wanted.get("value")
    if isinstance(value, list) and len(value) > MAX_VALUES:
        raise InvalidFilters(f"{place} has more than {MAX_VALUES} values.")
    if operator in _PATTERNS and isinstance(value, str) and value in known_patterns:
        return
    for operators, is_valid, code, expected in _VALUE_RULES:
        if operator in operators and not is_valid(value):
            raise InvalidFilters(f"{place}: {operator} needs {expected}.", code=code)


def known_patterns(stored: Iterable[Property]) -> frozenset[str]:
    """Return the regular expressions of stored property filters."""
    return frozenset(patterns_of(stored))


def check_patterns(filters: Mapping[str, object], *, stored: Mapping[str, object]) -> None:
    """Compile what is new of the regular expressions, as long as they are not too many.

    Whether each of them can be read is asked with the rest of its property.

    :raises InvalidFilters: when they are too many, or too long together.
    """
    patterns = patterns_of(flag_filters.properties(filters))
    new = set(patterns) - known_patterns(flag_filters.properties(stored))
    if new and are_too_many(patterns):
        raise InvalidFilters(
            f"A flag has at most {MAX_PATTERNS} regular expressions, of {MAX_PATTERNS_LENGTH} "
            "characters together.",
            code="invalid_value",
        )
    for pattern in new:
        values.is_pattern(pattern)


def _checked_kind(wanted: Property, *, place: str, group_type_index: object) -> str:
    kind = wanted.get("type", "person")
    if group_type_index is None:
        if kind not in ("person", "cohort", "flag"):
            raise InvalidFilters(
                f"{place}: in a condition on people the type must be person, cohort or flag."
            )
        return str(kind)
    if kind != "group" or wanted.get("group_type_index") != group_type_index:
        raise InvalidFilters(
            f"{place}: in a condition on groups the type must be group, with the "
            "group_type_index of the condition."
        )
    return "group"


def _checked_operator(wanted: Property, *, kind: str, place: str) -> str:
    operator = wanted.get("operator")
    if operator is None:
        operator = _DEFAULT_OPERATOR.get(kind, "exact")
    if not isinstance(operator, str) or operator not in _OPERATORS[kind]:
        is_known = isinstance(operator, str) and operator in _UNSUPPORTED
        raise InvalidFilters(
            f"{place}: a property of type {kind} cannot be compared by this operator.",
            code="unsupported_operator" if is_known else "invalid_operator",
        )
    return operator


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_list(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_scalar, value))


def _is_scalar(value: object) -> bool:
    return not isinstance(value, dict | list)


def _is_comparable(value: object) -> bool:
    return _is_scalar(value) or _is_list(value)


def _is_outcome(value: object) -> bool:
    return isinstance(value, bool) or (isinstance(value, str) and value != "")


_Rule = tuple[frozenset[str], Callable[[object], bool], str, str]
_VALUE_RULES: tuple[_Rule, ...] = (
    (_TEXT, _is_text, "invalid_value", "a text as its value"),
    (
        _PATTERNS,
        values.is_pattern,
        "invalid_value",
        "a regular expression (RE2: no lookaround, no backreferences) as its value",
    ),
    (_LISTS, _is_list, "invalid_value", "a list of texts as its value"),
    (_DATES, values.is_date, "invalid_date", "a date, or a time ago such as -7d, as its value"),
    (_VERSIONS, values.is_version, "invalid_value", "a version such as 1.2.3 as its value"),
    (
        frozenset({_WILDCARD}),
        values.is_version_wildcard,
        "invalid_value",
        "a version such as 1.2.* as its value",
    ),
    (
        frozenset({"exact", "is_not"}),
        _is_comparable,
        "invalid_value",
        "a single value or a list of them",
    ),
    (_IN_FLAGS, _is_outcome, "invalid_value", "true, false or the key of a variant"),
)
