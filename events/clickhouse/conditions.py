"""Property filters as conditions in ClickHouse's SQL; pure.

They say of stored properties what the predicates of `property_filters` say of a mapping; a test
compares the two with random filters and properties.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from events.clickhouse import instants, versions
from events.clickhouse.literals import literal, literals
from events.clickhouse.property_sql import Property
from property_filters import NotComparable, UnreadableFilter, numbers, patterns, texts
from property_filters.compilation import checked

Test = Callable[[Property, object], str]
NEVER, ALWAYS = "0", "1"


def condition(filters: Sequence[Mapping[str, object]], *, alias: str, now: int) -> str:
    """Return the condition that all filters hold for the properties in columns of `alias`.

    Times ago count back from `now`, in microseconds. Filters that cannot be read match nothing.
    """
    try:
        found = [_condition_of(each, alias, now) for each in filters]
    except UnreadableFilter:
        return NEVER
    return " AND ".join(f"({each})" for each in found) or ALWAYS


def _condition_of(wanted: Mapping[str, object], alias: str, now: int) -> str:
    key, name = checked(wanted)
    asked, value = Property(key, alias), wanted.get("value")
    if name in ("is_set", "is_not_set"):
        return asked.is_set if name == "is_set" else f"NOT {asked.is_set}"
    if value is None or (name == "not_regex" and patterns.compile_pattern(value) is None):
        return NEVER
    if name in _NEGATIONS:
        return f"NOT {asked.is_set} OR ({_NEGATIONS[name](asked, value)})"
    if name in instants.OPERATORS:
        return f"{asked.is_set} AND {instants.compared(asked, name, value, now=now)}"
    return f"{asked.is_set} AND ({_TESTS[name](asked, value)})"


def _equals(asked: Property, wanted: object) -> str:
    if wanted == []:
        return f"if({asked.is_text}, lowerUTF8({asked.text}) = 'true', {_is_true(asked)})"
    values = {texts.text_of(each).lower() for each in texts.values_of(wanted)}
    return f"lowerUTF8({asked.text}) IN ({literals(sorted(values))})"


def _is_true(asked: Property) -> str:
    return f"match({asked.text}, {literal(f'^{texts.TRUE}$')})"


def _contains(asked: Property, wanted: object) -> str:
    part = texts.ascii_lower(texts.text_of(wanted))
    return f"position(lower({asked.text}), {literal(part)}) > 0"


def _contains_any(asked: Property, wanted: object) -> str:
    parts = [_contains(asked, each) for each in texts.values_of(wanted)]
    return " OR ".join(parts) or NEVER


def _edge(asked: Property, wanted: object, *, function: str) -> str:
    part = texts.ascii_lower(texts.text_of(wanted))
    return f"{function}(lower({asked.text}), {literal(part)})"


def _matches(asked: Property, wanted: object) -> str:
    pattern = patterns.readable(wanted)
    if pattern is None:
        return NEVER
    # Here a dot would match the end of a line, too.
    return f"match({asked.text}, {literal('(?-s)' + pattern)})"


def _number(asked: Property, wanted: object, *, relation: str) -> str:
    try:
        bound = numbers.number_of(wanted)
    except NotComparable:
        return NEVER
    return f"{asked.is_number} AND {asked.number} {relation} {_double(bound)}"


def _between(asked: Property, wanted: object) -> str:
    ends = _two_numbers(wanted)
    return NEVER if ends is None else f"{asked.is_number} AND {_within(asked, *ends)}"


def _not_between(asked: Property, wanted: object) -> str:
    ends = _two_numbers(wanted)
    return NEVER if ends is None else f"{asked.is_number} AND NOT ({_within(asked, *ends)})"


def _within(asked: Property, low: float, high: float) -> str:
    return f"{_double(low)} <= {asked.number} AND {asked.number} <= {_double(high)}"


def _two_numbers(wanted: object) -> tuple[float, float] | None:
    if not isinstance(wanted, list) or len(wanted) != 2:
        return None
    try:
        return numbers.number_of(wanted[0]), numbers.number_of(wanted[1])
    except NotComparable:
        return None


def _double(number: float) -> str:
    return f"toFloat64({literal(repr(number))})"


def _negated(test: Test) -> Test:
    return lambda asked, wanted: f"NOT ({test(asked, wanted)})"


_STARTS, _ENDS = partial(_edge, function="startsWith"), partial(_edge, function="endsWith")
_TESTS: dict[str, Test] = {
    "exact": _equals,
    "icontains": _contains,
    "icontains_multi": _contains_any,
    "starts_with": _STARTS,
    "ends_with": _ENDS,
    "regex": _matches,
    "gt": partial(_number, relation=">"),
    "gte": partial(_number, relation=">="),
    "lt": partial(_number, relation="<"),
    "lte": partial(_number, relation="<="),
    "between": _between,
    **{name: partial(versions.compared, name=name) for name in versions.OPERATORS},
}
# What a present property must meet; a missing one meets all of them.
_NEGATIONS: dict[str, Test] = {
    "is_not": _negated(_equals),
    "not_icontains": _negated(_contains),
    "not_icontains_multi": _negated(_contains_any),
    "not_starts_with": _negated(_STARTS),
    "not_ends_with": _negated(_ENDS),
    "not_regex": _negated(_matches),
    "not_between": _not_between,
}
