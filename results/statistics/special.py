"""Distributions: the normal one of the standard library, Student's t, chi-squared by mpmath."""

from functools import cache
from importlib import import_module
from math import erfc, exp, lgamma, log, log1p, pi, sqrt
from statistics import NormalDist
from types import ModuleType

_NORMAL = NormalDist()
_ROOT_2 = sqrt(2)
_STEPS, _PRECISION = 100, 1e-13
_MANY, _LARGE, _MOST_TERMS, _EPSILON = 300, 100, 10_000, 1e-14


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

    For many degrees by the transformation to a normal variable of Hill (1970), Algorithm 395, to
    nine digits and more; else by the incomplete beta function.
    """
    if degrees >= _MANY and t * t <= degrees:
        return normal_cdf(-_normalised(t, degrees))
    return _t_tail_by_beta(t, degrees)


def _normalised(t: float, degrees: float) -> float:
    a = degrees - 0.5
    b, y = 48 * a * a, a * log1p(t * t / degrees)
    change = (((-0.4 * y - 3.3) * y - 24) * y - 85.5) / (0.8 * y * y + 100 + b)
    return ((change + y + 3) / b + 1) * sqrt(y)


def _t_tail_by_beta(t: float, degrees: float) -> float:
    """Return I_x(v/2, 1/2) / 2 with x = v / (v + t²), by its continued fraction (DLMF 8.17.22).

    mpmath's incomplete beta function gives up for t = 30 and a million degrees.
    """
    a, x = degrees / 2, degrees / (degrees + t * t)
    log_power = -a * log1p(t * t / degrees)
    # x^a (1-x)^(1/2) / B(a, 1/2), and B(1/2, a) is the same.
    factor = exp(log_power + _log_gamma_ratio(a)) * t / sqrt((degrees + t * t) * pi)
    if x < (a + 1) / (a + 2.5):
        return factor * _beta_fraction(a, 0.5, x) / a / 2
    return 0.5 - factor * _beta_fraction(0.5, a, t * t / (degrees + t * t))


def _log_gamma_ratio(a: float) -> float:
    """Return log(gamma(a + 1/2) / gamma(a)), for large arguments by its asymptotic series."""
    if a < _LARGE:
        return lgamma(a + 0.5) - lgamma(a)
    return log(a) / 2 - 1 / (8 * a) + 1 / (192 * a**3) - 1 / (640 * a**5)


def _beta_fraction(a: float, b: float, x: float) -> float:
    """Return the continued fraction of the incomplete beta function, by Lentz's method."""
    below, above = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    value = above
    for m in range(1, _MOST_TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        change = 1.0
        for coefficient in (even, odd):
            above = 1 / (1 + coefficient * above)
            below = 1 + coefficient / below
            change *= above * below
        value *= change
        if abs(change - 1) < _EPSILON:
            break
    return value


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
    exponent = _log_gamma_ratio(degrees / 2) - (degrees + 1) / 2 * log1p(t * t / degrees)
    return exp(exponent) / sqrt(degrees * pi)


def chi_squared_tail(statistic: float, degrees: int) -> float:
    """Return P(X > statistic): the regularised upper incomplete gamma function."""
    mpmath = _mpmath()
    return float(mpmath.gammainc(degrees / 2, statistic / 2, mpmath.inf, regularized=True))


@cache
def _mpmath() -> ModuleType:
    # A quarter of a second and 8 MB that only results need.
    return import_module("mpmath")
