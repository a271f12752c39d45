"""How many people an experiment needs, and how many days, before a change can be told from chance.

Over all variants together, rounded up:

    people = variants * factor * variance / (baseline * effect) ** 2
    days = people / people exposed a day

`baseline` is the metric without the change: a mean per person, a conversion rate from 0 to 1, or a
ratio of two sums. `effect` is the smallest relative change to find; a plan has it in percent.
`variance` is that of one person's value, in squared units of the baseline:

    mean_count         2 * baseline: counts of events spread more than Poisson's law says
    mean_sum_or_avg    baseline ** 2 / 4: a standard deviation of half the mean
    funnel             baseline * (1 - baseline): a conversion happens or does not
    ratio, retention   (var(n) - 2 * r * cov(n, d) + r ** 2 * var(d)) / mean(d) ** 2: the delta
                       method, for a numerator n and a denominator d with r = sum(n) / sum(d)

Those of the two means are rules of thumb and not the reader's data: a plan that has a `variance`
goes by that. `factor` is 2 * (z(1 - alpha / 2) + z(power)) ** 2, which is 15.70 for alpha 0.05 and
power 0.8. Lehr's rule rounds it up to 16; for other levels 16 is scaled as the exact factor is, so
that every answer lies 1.9 % above the exact one.

The formula assumes variants of one size, each compared with control by a two-sided test, samples
large enough for the normal distribution, and the same variance in all of them. Nothing is added for
comparing several variants, or for looking at results early.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from statistics import NormalDist

ALPHA, POWER = 0.05, 0.8
LEHR = 16
MAX_COUNT = 2**63 - 1


class MetricType(StrEnum):
    """What a metric makes of a person's events."""

    MEAN_COUNT = "mean_count"
    MEAN_SUM_OR_AVG = "mean_sum_or_avg"
    FUNNEL = "funnel"
    RATIO = "ratio"
    RETENTION = "retention"


@dataclass(frozen=True)
class BaselineStats:
    """Sums over the people that were watched without the change."""

    number_of_samples: int
    sum: float | None = None
    sum_squares: float | None = None
    denominator_sum: float | None = None
    denominator_sum_squares: float | None = None
    numerator_denominator_sum_product: float | None = None
    step_counts: Sequence[float] = ()


@dataclass(frozen=True)
class Plan:
    """An experiment to be; the effect is in percent, the exposure in people a day."""

    metric_type: str
    minimum_detectable_effect: float
    number_of_variants: int = 2
    exposure_rate_per_day: float | None = None
    baseline_value: float | None = None
    variance: float | None = None
    baseline_stats: BaselineStats | None = None
    alpha: float = ALPHA
    power: float = POWER


@dataclass(frozen=True)
class Estimate:
    """What a plan needs, and the figures that follow from its sums."""

    baseline_value: float
    variance: float | None
    recommended_sample_size: int
    recommended_running_time_days: int | None


class NoEstimate(ValueError):
    """Raised for a plan that lacks a number, or has one that makes no sense."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


def estimate(plan: Plan) -> Estimate:
    """Return how many people and days a plan needs; no days when nobody is exposed.

    :raises NoEstimate: when the plan does not say enough, or contradicts itself.
    """
    baseline = _baseline(plan)
    variance = _variance(plan, baseline)
    difference = baseline * _exact(plan.minimum_detectable_effect) / 100
    if not difference:
        raise NoEstimate("minimum_detectable_effect", "An effect must be greater than 0 percent.")
    samples = factor(alpha=plan.alpha, power=plan.power) * variance / difference**2
    people = _counted("minimum_detectable_effect", plan.number_of_variants * samples)
    rate = _exact(plan.exposure_rate_per_day or 0)
    is_funnel = plan.metric_type == MetricType.FUNNEL
    return Estimate(
        baseline_value=_shown(baseline),
        variance=None if is_funnel else _shown(variance),
        recommended_sample_size=people,
        recommended_running_time_days=_counted("exposure_rate_per_day", people / rate)
        if rate
        else None,
    )


def factor(*, alpha: float, power: float) -> Fraction:
    """Return what a two-sided test multiplies the variance with: 16 for the default levels."""
    return LEHR * _exact(_squared_distance(alpha, power) / _squared_distance(ALPHA, POWER))


def _squared_distance(alpha: float, power: float) -> float:
    quantile = NormalDist().inv_cdf
    return (quantile(power) - quantile(alpha / 2)) ** 2


def _baseline(plan: Plan) -> Fraction:
    if plan.baseline_value is not None:
        field, baseline = "baseline_value", _exact(plan.baseline_value)
    elif plan.baseline_stats is not None:
        field = "baseline_stats"
        baseline = _observed_baseline(plan.metric_type, plan.baseline_stats)
    else:
        raise NoEstimate("baseline_value", "Send baseline_value, or baseline_stats to derive it.")
    if plan.metric_type == MetricType.FUNNEL and not 0 < baseline < 1:
        raise NoEstimate(field, "A conversion rate must be greater than 0 and less than 1.")
    if plan.metric_type == MetricType.MEAN_COUNT and baseline <= 0:
        raise NoEstimate(field, "A mean of counts must be greater than 0.")
    if not baseline:
        raise NoEstimate(field, "Nothing is a percentage of a baseline of 0.")
    return baseline


def _observed_baseline(metric_type: str, stats: BaselineStats) -> Fraction:
    if metric_type in (MetricType.RATIO, MetricType.RETENTION):
        return _sum(stats, "sum") / _denominator(stats)
    if metric_type == MetricType.FUNNEL and stats.step_counts:
        return _exact(stats.step_counts[-1]) / _people(stats)
    return _sum(stats, "sum") / _people(stats)


def _variance(plan: Plan, baseline: Fraction) -> Fraction:
    if plan.metric_type == MetricType.FUNNEL:
        return baseline * (1 - baseline)
    field = "variance"
    if plan.variance is not None:
        variance = _exact(plan.variance)
    elif plan.metric_type == MetricType.MEAN_COUNT:
        variance = 2 * baseline
    elif plan.metric_type == MetricType.MEAN_SUM_OR_AVG:
        variance = baseline**2 / 4
    elif plan.baseline_stats is not None:
        field, variance = "baseline_stats", _ratio_variance(plan.baseline_stats)
    else:
        raise NoEstimate(field, "A ratio needs its variance, or baseline_stats to derive it.")
    if variance <= 0:
        raise NoEstimate(field, "The variance must be greater than 0.")
    return variance


def _ratio_variance(stats: BaselineStats) -> Fraction:
    people = _people(stats)
    top, bottom = _sum(stats, "sum") / people, _denominator(stats) / people
    top_variance = _sum(stats, "sum_squares") / people - top**2
    bottom_variance = _sum(stats, "denominator_sum_squares") / people - bottom**2
    covariance = _sum(stats, "numerator_denominator_sum_product") / people - top * bottom
    ratio = top / bottom
    return (top_variance - 2 * ratio * covariance + ratio**2 * bottom_variance) / bottom**2


def _people(stats: BaselineStats) -> int:
    if stats.number_of_samples < 1:
        raise NoEstimate("baseline_stats__number_of_samples", "There must be at least one sample.")
    return stats.number_of_samples


def _denominator(stats: BaselineStats) -> Fraction:
    total = _sum(stats, "denominator_sum")
    if not total:
        raise NoEstimate("baseline_stats__denominator_sum", "A denominator must not be 0.")
    return total


def _sum(stats: BaselineStats, name: str) -> Fraction:
    value = getattr(stats, name)
    if value is None:
        raise NoEstimate(f"baseline_stats__{name}", "A metric of this type cannot do without it.")
    return _exact(value)


def _exact(number: float) -> Fraction:
    # The decimal that was written, not its binary neighbour: no rounding error adds a person.
    return Fraction(str(number))


def _counted(field: str, number: Fraction) -> int:
    whole = math.ceil(number)
    if whole > MAX_COUNT:
        raise NoEstimate(field, "With this number the answer is beyond counting.")
    return whole


def _shown(number: Fraction) -> float:
    try:
        return float(number)
    except OverflowError:
        raise NoEstimate("baseline_value", "The numbers are too large.") from None
