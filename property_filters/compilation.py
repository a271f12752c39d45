"""Compile property filters: parsed once, asked often."""

import operator
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from property_filters import dates, numbers, patterns, texts, versions
from property_filters.dates import Clock
from property_filters.errors import NotComparable, UnreadableFilter
from property_filters.texts import Test

Predicate = Callable[[Mapping[str, object]], bool]

_MISSING = object()
# Types whose filters are about a mapping of properties; cohorts and flags are the caller's.
_READABLE_TYPES = frozenset({None, "event", "feature", "group", "person"})
_ALIASES = {"min": "gte", "max": "lte", "neq": "is_not"}

# Operators that a missing property does not meet.
_NEEDS_PROPERTY: dict[str, Callable[[object], Test]] = {
    "exact": texts.equals,
    "icontains": texts.contains,
    "icontains_multi": texts.contains_any,
    "starts_with": texts.starts_with,
    "ends_with": texts.ends_with,
    "regex": patterns.search,
    "gt": partial(numbers.compare, relation=operator.gt),
    "gte": partial(numbers.compare, relation=operator.ge),
    "lt": partial(numbers.compare, relation=operator.lt),
    "lte": partial(numbers.compare, relation=operator.le),
    "between": numbers.is_between,
    "semver_eq": partial(versions.compare, relation=operator.eq),
    "semver_neq": partial(versions.compare, relation=operator.ne),
    "semver_gt": partial(versions.compare, relation=operator.gt),
    "semver_gte": partial(versions.compare, relation=operator.ge),
    "semver_lt": partial(versions.compare, relation=operator.lt),
    "semver_lte": partial(versions.compare, relation=operator.le),
    "semver_tilde": versions.is_near,
    "semver_caret": versions.is_compatible,
    "semver_wildcard": versions.matches_wildcard,
}
_DATES: dict[str, dates.Relation] = {
    "is_date_exact": operator.eq,
    "is_date_before": operator.lt,
    "is_date_after": operator.gt,
}
# Operators that a missing property meets, with the test that a present one must fail.
_NEGATIONS: dict[str, Callable[[object], Test]] = {
    "is_not": texts.equals,
    "not_icontains": texts.contains,
    "not_icontains_multi": texts.contains_any,
    "not_starts_with": texts.starts_with,
    "not_ends_with": texts.ends_with,
    "not_between": numbers.is_between,
}
OPERATORS = frozenset({"is_set", "is_not_set", "not_regex"}) | {
    *_NEEDS_PROPERTY,
    *_DATES,
    *_NEGATIONS,
}
# Operators that compare with one value: a list of values they never meet, or always.
WITH_ONE_VALUE = (OPERATORS | {"min", "max"}) - {
    *("exact", "is_not", "is_set", "is_not_set", "between", "not_between"),
    *("icontains_multi", "not_icontains_multi"),
}
_ALWAYS_ANSWERED = frozenset(
    {None, "exact", "is_not", "is_set", "is_not_set", "icontains", "not_icontains", "regex"}
)


def compile_filters(
    filters: Sequence[Mapping[str, object]], *, clock: Clock = time.time
) -> Predicate:
    """Return a predicate that a mapping of properties meets when it meets all filters.

    Where a filter has no answer (a comparison with something that is no number, say), the
    predicate is false. Times ago ("-7d") count back from `clock()`, in unix seconds.

    :raises UnreadableFilter: when a filter has no key, or an operator or type that means nothing.
    """
    predicates = [_total(wanted, compile_filter(wanted, clock=clock)) for wanted in filters]
    if not predicates:
        return lambda _: True
    if len(predicates) == 1:
        return predicates[0]
    if len(predicates) == 2:
        first, second = predicates
        return lambda properties: first(properties) and second(properties)
    return lambda properties: all(meets(properties) for meets in predicates)


def compile_filter(wanted: Mapping[str, object], *, clock: Clock = time.time) -> Predicate:
    """Return the predicate of one filter, which raises `NotComparable` where it has no answer.

    :raises UnreadableFilter: as `compile_filters`.
    """
    key, name = checked(wanted)
    if name == "is_set":
        return lambda properties: key in properties
    if name == "is_not_set":
        return lambda properties: key not in properties
    value = wanted.get("value")
    if value is None:
        # A filter without a value compares nothing.
        return lambda _: False
    return _compile_comparison(key, name, value, clock=clock)


def _compile_comparison(key: str, name: str, value: object, *, clock: Clock) -> Predicate:
    if name == "not_regex":
        return _asking(key, patterns.search_none(value), if_missing=_meets_missing(value))
    if name in _NEGATIONS:
        test = _NEGATIONS[name](value)
        return _asking(key, lambda found: not test(found), if_missing=True)
    if name in _DATES:
        return _asking(key, dates.compare(value, _DATES[name], clock=clock), if_missing=False)
    return _asking(key, _NEEDS_PROPERTY[name](value), if_missing=False)


def checked(wanted: Mapping[str, object]) -> tuple[str, str]:
    """Return the key and the operator of a filter, by its one name.

    :raises UnreadableFilter: as `compile_filters`.
    """
    if not isinstance(wanted, Mapping):
        raise UnreadableFilter("A property filter is an object.")
    key, kind, name = wanted.get("key"), wanted.get("type"), wanted.get("operator")
    if not isinstance(key, str):
        raise UnreadableFilter("A property filter needs a key.")
    if not isinstance(kind, str | None) or kind not in _READABLE_TYPES:
        raise UnreadableFilter("A property filter of this type is not about properties.")
    if name is None:
        return key, "exact"
    name = _ALIASES.get(name, name) if isinstance(name, str) else name
    if not isinstance(name, str) or name not in OPERATORS:
        raise UnreadableFilter("The operator of a property filter is unknown.")
    return key, name


def _meets_missing(pattern: object) -> bool:
    # A missing property has no match of any pattern, but an unreadable pattern is never met.
    return patterns.compile_pattern(pattern) is not None


def _asking(key: str, test: Test, *, if_missing: bool) -> Predicate:
    def predicate(properties: Mapping[str, object]) -> bool:
        value = properties.get(key, _MISSING)
        return if_missing if value is _MISSING else test(value)

    return predicate


def _total(wanted: Mapping[str, object], predicate: Predicate) -> Predicate:
    # Comparisons of texts always have an answer.
    if wanted.get("operator") in _ALWAYS_ANSWERED:
        return predicate

    def guarded(properties: Mapping[str, object]) -> bool:
        try:
            return predicate(properties)
        except NotComparable:
            return False

    return guarded
