"""Percentages of flags: shares of a rollout, bounds of variants."""

from collections.abc import Mapping, Sequence
from math import isfinite

Document = Mapping[str, object]


class BrokenDefinition(ValueError):
    """A part of the filters is not what the API would have stored."""


def share_of(percentage: object) -> float | None:
    """Return a percentage as a share; None for everybody.

    :raises BrokenDefinition: when it is no finite number.
    """
    if percentage is None:
        return None
    number = number_of(percentage)
    return None if number >= 100 else number / 100


def number_of(value: object) -> float:
    """Return a finite number as a double.

    :raises BrokenDefinition: when it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise BrokenDefinition("A percentage is a number.")
    return float(value)


def variants_of(filters: Document) -> tuple[list[str], list[float]]:
    """Return the keys of the variants and their upper bounds, in order; nothing for a boolean flag.

    :raises BrokenDefinition: when one has no key, or no percentage, or a negative one.
    """
    keys: list[str] = []
    bounds: list[float] = []
    bound = 0.0
    for variant in documents_of(filters.get("multivariate"), "variants"):
        key, percentage = variant.get("key"), number_of(variant.get("rollout_percentage"))
        if not isinstance(key, str) or percentage < 0:
            raise BrokenDefinition("A variant has a key and a percentage.")
        bound += percentage / 100
        keys.append(key)
        bounds.append(bound)
    return keys, bounds


def documents_of(document: object, member: str) -> Sequence[Document]:
    """Return the objects in a list of a document; none if there is no list.

    :raises BrokenDefinition: when it is something else.
    """
    if document is None:
        return []
    if not isinstance(document, Mapping):
        raise BrokenDefinition("This part of the filters is an object.")
    found = document.get(member)
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(each, Mapping) for each in found):
        raise BrokenDefinition("This part of the filters is a list of objects.")
    return found
