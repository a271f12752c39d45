"""Mean and variance of one variant's units: of a sample, a proportion or a ratio."""

import sys
from dataclasses import dataclass

from results.statistics.errors import NotComputable
from results.statistics.sums import Sums

_SMALLEST_DENOMINATOR = 1e-10
_SMALLEST_VARIANCE = 1e-10
_EPSILON = sys.float_info.epsilon


@dataclass(frozen=True, slots=True)
class Arm:
    """A variant: how many units, their mean, and the variance of one unit.

    `reference_mean` is the mean that relative differences divide by; it differs from `mean` after
    an adjustment by a covariate.
    """

    n: int
    mean: float
    variance: float
    reference_mean: float

    @property
    def variance_of_mean(self) -> float:
        return self.variance / self.n


def sample_arm(sums: Sums) -> Arm:
    """Return the arm of a mean metric: mean Σx/n, variance with n - 1.

    :raises NotComputable: without units, or when the sums contradict each other.
    """
    _check_units(sums.n)
    if sums.xx * sums.n < sums.x * sums.x * (1 - 1e-12):
        raise NotComputable("The sum of squares is too small for the sum.")
    mean = sums.x / sums.n
    return Arm(sums.n, mean, max(_covariance(sums.n, sums.xx, sums.x, sums.x), 0.0), mean)


def proportion_arm(sums: Sums) -> Arm:
    """Return the arm of a funnel: p = Σx/n, variance p(1 - p).

    :raises NotComputable: without units, or with more successes than units.
    """
    _check_units(sums.n)
    if not 0 <= sums.x <= sums.n:
        raise NotComputable("There are more conversions than units.")
    mean = sums.x / sums.n
    return Arm(sums.n, mean, mean * (1 - mean), mean)


def ratio_arm(sums: Sums) -> Arm:
    """Return the arm of a ratio Σx/Σd, its variance by the delta method.

    s²ₓ/d̄² + x̄² s²_d/d̄⁴ - 2 x̄ cov/d̄³, see Deng, Knoblich and Lu (2018), arXiv:1803.06336.

    :raises NotComputable: without units or with a mean denominator of zero.
    """
    _check_units(sums.n)
    d, dd, xd = sums.d or 0.0, sums.dd or 0.0, sums.xd or 0.0
    x_mean, d_mean = sums.x / sums.n, d / sums.n
    if abs(d_mean) < _SMALLEST_DENOMINATOR:
        raise NotComputable("The denominator is zero.")
    variance = _beyond_rounding(
        _covariance(sums.n, sums.xx, sums.x, sums.x) / d_mean**2,
        x_mean**2 * _covariance(sums.n, dd, d, d) / d_mean**4,
        -2 * x_mean * _covariance(sums.n, xd, sums.x, d) / d_mean**3,
        units=sums.n,
    )
    mean = sums.x / d
    return Arm(sums.n, mean, max(variance, 0.0), mean)


def adjusted_arms(control: Sums, test: Sums, *, is_proportion: bool = False) -> tuple[Arm, Arm]:
    """Return both arms adjusted by their covariate (CUPED).

    θ is the pooled covariance of value and covariate over the pooled variance of the covariate, see
    Deng, Xu, Kohavi and Walker (2013). Means are adjusted by θc̄, not centred.

    :raises NotComputable: without units.
    """
    theta = covariate_coefficient(control, test)
    return _adjusted(control, theta, is_proportion), _adjusted(test, theta, is_proportion)


def covariate_coefficient(control: Sums, test: Sums) -> float:
    """Return θ of these two arms; 0 when the covariate does not vary."""
    n = control.n + test.n
    c = (control.c or 0.0) + (test.c or 0.0)
    variance = _covariance(n, (control.cc or 0.0) + (test.cc or 0.0), c, c)
    if variance < _SMALLEST_VARIANCE:
        return 0.0
    product = (control.xc or 0.0) + (test.xc or 0.0)
    return _covariance(n, product, control.x + test.x, c) / variance


def _adjusted(sums: Sums, theta: float, is_proportion: bool) -> Arm:
    unadjusted = proportion_arm(sums) if is_proportion else sample_arm(sums)
    c, cc, xc = sums.c or 0.0, sums.cc or 0.0, sums.xc or 0.0
    variance = (
        unadjusted.variance
        + theta**2 * _covariance(sums.n, cc, c, c)
        - 2 * theta * _covariance(sums.n, xc, sums.x, c)
    )
    mean = unadjusted.mean - theta * c / sums.n
    return Arm(sums.n, mean, max(variance, _SMALLEST_VARIANCE), unadjusted.mean)


def _covariance(n: int, products: float, first: float, second: float) -> float:
    """Return the sample covariance of two sums; 0 for a single unit."""
    beyond = _beyond_rounding(products, -first * second / n, units=n)
    return beyond / (n - 1) if n > 1 else 0.0


def _beyond_rounding(*terms: float, units: int) -> float:
    """Return a sum, or 0 where it is no more than what adding up so many units has rounded."""
    total = sum(terms)
    return total if abs(total) > units * _EPSILON * max(map(abs, terms)) else 0.0


def _check_units(n: int) -> None:
    if n <= 0:
        raise NotComputable("There are no units.")
