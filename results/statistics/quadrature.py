"""Numerical integration: Gauss and Legendre's rule on the pieces between breakpoints."""

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from math import cos, pi

POINTS = 8
_NEWTON_STEPS = 20


def nodes(low: float, high: float, breakpoints: Iterable[float]) -> Iterator[tuple[float, float]]:
    """Return the abscissas and weights of an integral from low to high, piece by piece.

    Within a piece a polynomial of degree 15 is integrated exactly; breakpoints outside the range
    are ignored.
    """
    edges = [low, *sorted({point for point in breakpoints if low < point < high}), high]
    for left, right in pairwise(edges):
        middle, half = (left + right) / 2, (right - left) / 2
        for abscissa, weight in _legendre():
            yield middle + half * abscissa, half * weight


@cache
def _legendre() -> tuple[tuple[float, float], ...]:
    """Return the roots of the Legendre polynomial, by Newton's method, and their weights."""
    found = []
    for index in range(POINTS):
        x = cos(pi * (index + 0.75) / (POINTS + 0.5))
        for _ in range(_NEWTON_STEPS):
            value, slope = _polynomial(x)
            x -= value / slope
        found.append((x, 2 / ((1 - x * x) * _polynomial(x)[1] ** 2)))
    return tuple(found)


def _polynomial(x: float) -> tuple[float, float]:
    """Return the Legendre polynomial and its slope, by Bonnet's recursion."""
    before, value = 1.0, x
    for degree in range(2, POINTS + 1):
        before, value = value, ((2 * degree - 1) * x * value - (degree - 1) * before) / degree
    return value, POINTS * (x * value - before) / (x * x - 1)
