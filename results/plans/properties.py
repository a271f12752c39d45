"""Filters on properties as events are asked: by operators that are computed, or refused."""

from collections.abc import Mapping

from property_filters import UnreadableFilter
from property_filters.compilation import checked
from property_filters.patterns import compile_pattern
from results.plans.errors import UnsupportedMetric

Document = Mapping[str, object]

# What says of lists the same.
_OF_LISTS = {"in": "exact", "not_in": "is_not"}


def property_filter(wanted: Document) -> Document:
    """Return a filter on a property, by an operator that is computed.

    :raises UnsupportedMetric: when there is none; no event would match, and nobody would know why.
    """
    operator = wanted.get("operator")
    if isinstance(operator, str) and operator in _OF_LISTS:
        return _of_list(wanted, operator)
    try:
        _, operator = checked(wanted)
    except UnreadableFilter as reason:
        raise UnsupportedMetric(
            f"The filter on {wanted.get('key')!s:.100} cannot be computed. {reason}"
        ) from None
    value = wanted.get("value")
    is_pattern = operator in ("regex", "not_regex") and value is not None
    if is_pattern and compile_pattern(value) is None:
        raise UnsupportedMetric(
            f"The regular expression {value!s:.100} cannot be computed (RE2: no lookaround, no"
            " backreferences)."
        )
    return wanted


def _of_list(wanted: Document, operator: str) -> Document:
    value = wanted.get("value")
    if not isinstance(value, list) or not value:
        raise UnsupportedMetric(f"A property filter with the operator {operator} needs a list.")
    return {**wanted, "operator": _OF_LISTS[operator]}
