"""Correcting p-values for the number of comparisons."""

from collections.abc import Callable, Sequence
from enum import StrEnum


class Correction(StrEnum):
    """What is kept small: nothing, the chance of any false positive, or the false share."""

    NONE = "none"
    HOLM = "holm"
    BENJAMINI_HOCHBERG = "benjamini_hochberg"


def adjusted(p_values: Sequence[float], correction: Correction) -> list[float]:
    """Return the p-values as the correction adjusts them, in their order."""
    return _CORRECTIONS[correction](p_values)


def holm(p_values: Sequence[float]) -> list[float]:
    """Return Holm's adjusted p-values (1979): they bound the chance of any false positive."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted, highest = [0.0] * len(p_values), 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = highest
    return adjusted


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Return Benjamini and Hochberg's adjusted p-values (1995): they bound the false share."""
    count = len(p_values)
    order = sorted(range(count), key=p_values.__getitem__, reverse=True)
    adjusted, lowest = [0.0] * count, 1.0
    for position, index in enumerate(order):
        lowest = min(lowest, p_values[index] * count / (count - position))
        adjusted[index] = lowest
    return adjusted


_CORRECTIONS: dict[Correction, Callable[[Sequence[float]], list[float]]] = {
    Correction.NONE: list,
    Correction.HOLM: holm,
    Correction.BENJAMINI_HOCHBERG: benjamini_hochberg,
}
