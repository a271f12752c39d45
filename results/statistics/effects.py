"""The difference between two arms, absolute or relative, and its variance."""

from dataclasses import dataclass
from math import isfinite, sqrt

from results.statistics.arms import Arm
from results.statistics.config import Difference
from results.statistics.errors import NotComputable

_SMALLEST_MEAN = 1e-10


@dataclass(frozen=True, slots=True)
class Effect:
    """An estimated difference, the variance of the estimate and Welch's degrees of freedom.

    `shared` is how far the estimate moves when the baseline's mean is one standard error higher.
    All effects of one metric move together by it; the rest of the variance is the variant's own.
    `is_reversed` tells that dividing by a baseline below zero has turned the sign round: a variant
    that is higher has a negative difference.
    """

    difference: float
    variance: float
    degrees: float
    units: int
    shared: float = 0.0
    is_reversed: bool = False

    @property
    def deviation(self) -> float:
        return sqrt(self.variance)

    @property
    def own_deviation(self) -> float:
        return sqrt(max(self.variance - self.shared**2, 0.0))


def effect_of(
    control: Arm, test: Arm, difference: Difference, *, is_adjusted_mean_kept: bool = False
) -> Effect:
    """Return the effect of the test arm against the control arm.

    The relative variance is the delta method's: s²_T/(n_T x̄²_C) + x̄²_T s²_C/(n_C x̄⁴_C). After an
    adjustment by a covariate, x̄_T is the unadjusted mean; `is_adjusted_mean_kept` takes the
    adjusted one, as the hosted service does, which understates the variance.

    :raises NotComputable: when a relative effect has a control mean of zero, or nothing varies.
    :raises OverflowError: when it is too large for a double.
    """
    if difference is Difference.ABSOLUTE:
        value = test.mean - control.mean
        shared = -sqrt(control.variance_of_mean)
        variance = test.variance_of_mean + shared**2
    else:
        value, variance, shared = _relative(control, test, is_adjusted_mean_kept)
    if not (isfinite(value) and isfinite(variance)):
        raise OverflowError
    if variance <= 0:
        raise NotComputable("Nothing varies, so there is no interval.")
    is_reversed = difference is Difference.RELATIVE and control.reference_mean < 0
    units = control.n + test.n
    return Effect(value, variance, _degrees(control, test), units, shared, is_reversed)


def _relative(control: Arm, test: Arm, is_adjusted_mean_kept: bool) -> tuple[float, float, float]:
    base = control.reference_mean
    if abs(base) < _SMALLEST_MEAN:
        raise NotComputable("The control's mean is zero, so nothing is relative to it.")
    mean = test.mean if is_adjusted_mean_kept else test.reference_mean
    variance = test.variance_of_mean / base**2 + mean**2 * control.variance_of_mean / base**4
    shared = -mean * sqrt(control.variance_of_mean) / base**2
    return (test.mean - control.mean) / base, variance, shared


def _degrees(control: Arm, test: Arm) -> float:
    """Return Welch and Satterthwaite's degrees of freedom, from the absolute variances."""
    a, b = test.variance_of_mean, control.variance_of_mean
    below = a * a / max(test.n - 1, 1) + b * b / max(control.n - 1, 1)
    return (a + b) ** 2 / below if below > 0 else float(control.n + test.n - 2)
