"""Distributions: the normal one of the standard library, Student's t and chi-squared by mpmath."""

from functools import cache
from importlib import import_module
from math import erfc, exp, lgamma, log1p, pi, sqrt
from statistics import NormalDist
from types import ModuleType

_NORMAL = NormalDist()
_ROOT_2 = sqrt(2)
_STEPS, _PRECISION = 100, 1e-13


def normal_cdf(z: float) -> float:
    """Return P(Z <= z), precise in both tails."""
    return 0.5 * erfc(-z / _ROOT_2)


def normal_pdf(z: float) -> float:
    """Return the density of the standard normal distribution."""
    return exp(-z * z / 2) / sqrt(2 * pi)


def normal_quantile(probability: float) -> float:
    """Return z with P(Z <= z) = probability, for 0 < probability < 1."""
    return _NORMAL.inv_cdf(probability)


def t_tail(t: float, degrees: float) -> float:
    """Return P(T > t) for t >= 0 with any positive degrees of freedom.

    By the regularised incomplete beta function: I_x(v/2, 1/2) / 2 with x = v / (v + t²).
    """
    x = degrees / (degrees + t * t)
    return float(_mpmath().betainc(degrees / 2, 0.5, 0, x, regularized=True)) / 2


def t_quantile(probability: float, degrees: float) -> float:
    """Return t with P(T <= t) = probability, for 0.5 <= probability < 1.

    By Newton's method from the normal quantile. Student's tail is convex and heavier than the
    normal one, so every step goes up and none goes too far.
    """
    t, tail = normal_quantile(probability), 1 - probability
    for _ in range(_STEPS):
        step = (t_tail(t, degrees) - tail) / _t_density(t, degrees)
        t += step
        if step <= _PRECISION * t:
            break
    return t


def _t_density(t: float, degrees: float) -> float:
    scale = lgamma((degrees + 1) / 2) - lgamma(degrees / 2)
    return exp(scale - (degrees + 1) / 2 * log1p(t * t / degrees)) / sqrt(degrees * pi)


def chi_squared_tail(statistic: float, degrees: int) -> float:
    """Return P(X > statistic): the regularised upper incomplete gamma function."""
    mpmath = _mpmath()
    return float(mpmath.gammainc(degrees / 2, statistic / 2, mpmath.inf, regularized=True))


@cache
def _mpmath() -> ModuleType:
    # A quarter of a second and 8 MB that only results need.
    return import_module("mpmath")
