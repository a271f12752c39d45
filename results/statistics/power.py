"""What a sample can show: the smallest effect it detects, the chance to detect one, units to go.

An effect is detected when the interval of the configured engine leaves out 0. The estimate is
normal with the deviation that the data have. Nobody asks for the power at the observed effect: it
only repeats the p-value (Hoenig and Heisey, 2001).
"""

from dataclasses import replace
from math import ceil

from results.statistics.comparison import evidence_of
from results.statistics.config import StatsConfig
from results.statistics.effects import Effect
from results.statistics.engines import MIN_UNITS
from results.statistics.special import normal_cdf, normal_quantile

DEFAULT_POWER = 0.8
MAX_UNITS = 10**15


def detectable_effect(
    effect: Effect, config: StatsConfig, *, power: float = DEFAULT_POWER
) -> float:
    """Return the smallest true effect that the present sample detects with this chance.

    margin + z(power) * standard error, in the unit of the effect, with power from 0.5 to 1.

    :raises NotComputable: when the level leaves no interval.
    """
    return evidence_of(effect, config).margin + normal_quantile(power) * effect.deviation


def power_at(effect: Effect, size: float, config: StatsConfig) -> float:
    """Return the chance that a true effect of this size is detected in the present sample.

    :raises NotComputable: when the level leaves no interval.
    """
    margin, deviation = evidence_of(effect, config).margin, effect.deviation
    return normal_cdf((size - margin) / deviation) + normal_cdf((-size - margin) / deviation)


def units_needed(
    effect: Effect, size: float, config: StatsConfig, *, power: float = DEFAULT_POWER
) -> int | None:
    """Return how many units, over both arms, detect an effect of this size with this chance.

    The arms keep their shares and variances. None when there are not enough people on earth.

    :raises NotComputable: when the level leaves no interval.
    """

    def is_enough(units: int) -> bool:
        scale = units / effect.units
        scaled = replace(
            effect,
            variance=effect.variance / scale,
            degrees=max(effect.degrees * scale, 1.0),
            units=units,
        )
        if not scaled.variance:
            return True
        return detectable_effect(scaled, config, power=power) <= abs(size)

    low, high = MIN_UNITS, MAX_UNITS
    if not is_enough(high):
        return None
    while high - low > max(1, low // 1_000_000):
        middle = ceil((low * high) ** 0.5) if low * 4 < high else (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return high
