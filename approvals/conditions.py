"""Conditions of policies, compared with the values before and after."""

import operator
from collections.abc import Callable, Mapping
from typing import Any

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}

Values = dict[str, object]


def matches(
    conditions: object,
    *,
    before: Mapping[str, object],
    after: Mapping[str, object],
    is_new: bool = False,
) -> bool:
    """Tell whether a change is one the conditions are about; what they do not say gates all.

    What is new has no amount by which it changes.
    """
    if not isinstance(conditions, dict):
        return True
    rule = _RULES.get(str(conditions.get("type")))
    name = conditions.get("field")
    if rule is None or not isinstance(name, str) or not (name in before or name in after):
        return True
    if is_new and rule is _change_amount:
        return _comparison(conditions)[0] is None
    return rule(conditions, _by_path(before.get(name)), _by_path(after.get(name)))


def _any_change(conditions: Mapping[str, object], before: Values, after: Values) -> bool:
    return before != after


def _before_after(conditions: Mapping[str, object], before: Values, after: Values) -> bool:
    compare, bound = _comparison(conditions)
    if compare is None:
        return True
    return any(_holds(compare, value, bound) for value in after.values() if value is not None)


def _change_amount(conditions: Mapping[str, object], before: Values, after: Values) -> bool:
    compare, bound = _comparison(conditions)
    if compare is None:
        return True
    # Wire quirk: new-groups-grow-from-0, see docs/quirks.md.
    present = [path for path in after if after[path] is not None]
    differences = [_difference(after[path], before.get(path) or 0) for path in present]
    return any(_holds(compare, value, bound) for value in differences if value is not None)


_RULES = {
    "any_change": _any_change,
    "before_after": _before_after,
    "change_amount": _change_amount,
}


def _comparison(
    conditions: Mapping[str, object],
) -> tuple[Callable[[Any, Any], bool] | None, object]:
    sign, bound = conditions.get("operator"), conditions.get("value")
    # A bound that cannot be read gates everything: a policy must not be off because of a typo.
    if not isinstance(bound, int | float) or not isinstance(sign, str):
        return None, bound
    return _COMPARE.get(sign), bound


def _holds(compare: Callable[[Any, Any], bool], value: object, bound: object) -> bool:
    try:
        return compare(value, bound)
    except TypeError:
        return False


def _difference(after: object, before: object) -> object:
    try:
        return after - before  # type: ignore[operator]  # what cannot be subtracted is caught
    except TypeError:
        return None


def _by_path(values: object) -> Values:
    """Return the values by where they stand; a single value stands nowhere in particular."""
    if not isinstance(values, list):
        return {} if values is None else {"": values}
    return {str(value["path"]): value.get("value") for value in values}
