"""From an effect to an interval and its evidence: Bayesian, fixed horizon, sequential."""

from dataclasses import dataclass
from math import exp, log, sqrt

from results.statistics.effects import Effect
from results.statistics.errors import NotComputable
from results.statistics.special import (
    normal_cdf,
    normal_pdf,
    normal_quantile,
    t_quantile,
    t_tail,
)

MIN_UNITS = 5
_NEGLIGIBLE_TAIL = 1e-10
_SMALLEST_RATE = 1e-12


@dataclass(frozen=True, slots=True)
class Evidence:
    """An interval and whether it counts as significant; a p-value or a chance to win.

    The losses are expected ones of deciding wrongly, in the unit of the effect: of keeping the
    control although the variant is better, and of taking the variant although it is worse.
    """

    interval: tuple[float, float]
    is_significant: bool
    p_value: float | None = None
    chance_to_win: float | None = None
    loss_of_control: float | None = None
    loss_of_variant: float | None = None

    @property
    def two_sided_p_value(self) -> float | None:
        """The p-value, or the posterior's two-sided tail, which a z-test would call so."""
        if self.chance_to_win is None:
            return self.p_value
        return 2 * min(self.chance_to_win, 1 - self.chance_to_win)

    @property
    def margin(self) -> float:
        """Half the width of the interval."""
        return (self.interval[1] - self.interval[0]) / 2


def bayesian(effect: Effect, *, level: float) -> Evidence:
    """Return the posterior's evidence under a flat prior: N(difference, variance).

    :raises NotComputable: when the level leaves no interval.
    """
    check_level(level)
    deviation = effect.deviation
    margin = normal_quantile(1 - (1 - level) / 2) * deviation
    chance = normal_cdf(effect.difference / deviation)
    return Evidence(
        (effect.difference - margin, effect.difference + margin),
        chance > level or chance < 1 - level,
        chance_to_win=chance,
        loss_of_control=expected_gain(effect.difference, deviation),
        loss_of_variant=expected_gain(-effect.difference, deviation),
    )


def fixed_horizon(effect: Effect, *, alpha: float) -> Evidence:
    """Return Welch's two-sided t-test.

    :raises NotComputable: when alpha leaves no interval.
    """
    check_level(alpha)
    t = abs(effect.difference) / effect.deviation
    p_value = 2 * t_tail(t, effect.degrees)
    margin = t_quantile(1 - alpha / 2, effect.degrees) * effect.deviation
    interval = (effect.difference - margin, effect.difference + margin)
    return Evidence(interval, p_value < alpha, p_value=p_value)


def sequential(effect: Effect, *, alpha: float, tuning: int) -> Evidence:
    """Return the asymptotic confidence sequence, which holds at every look at the data.

    Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2023), arXiv:2103.06476v7, equations 9, 155
    and 161; `tuning` is N*, the number of units for which it is narrowest.

    :raises NotComputable: when alpha leaves no interval.
    """
    check_level(alpha)
    n, rho = effect.units, tuning_width(alpha, tuning)
    g = n * rho * rho + 1
    margin = sqrt(effect.variance * n) * sqrt(2 * g * log(sqrt(g) / alpha) / (n * rho) ** 2)
    exponent = rho * rho * effect.difference**2 * n / effect.variance / (2 * g)
    p_value = min(1.0, exp(min(0.5 * log(g) - exponent, 0.0)))
    interval = (effect.difference - margin, effect.difference + margin)
    return Evidence(interval, p_value < alpha, p_value=p_value)


def tuning_width(alpha: float, tuning: int) -> float:
    """Return rho of a confidence sequence that is narrowest at N* units."""
    base = -2 * log(alpha)
    return sqrt((base + log(base + 1)) / tuning)


def expected_gain(mean: float, deviation: float) -> float:
    """Return E[max(X, 0)] for a normal X, by its closed form: m cdf(m/s) + s pdf(m/s)."""
    z = mean / deviation
    if normal_cdf(z) < _NEGLIGIBLE_TAIL:
        return 0.0
    return mean * normal_cdf(z) + deviation * normal_pdf(z)


def check_level(level: float) -> None:
    """Check that a credible level, or an error rate, leaves an interval.

    :raises NotComputable: when it is 0 or 1, or so near that a double cannot tell the tail.
    """
    if not _SMALLEST_RATE <= level <= 1 - _SMALLEST_RATE:
        raise NotComputable("alpha and ci_level must lie between 0 and 1, and not next to them.")
