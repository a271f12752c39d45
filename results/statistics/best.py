"""Which of all variants is best: chances and expected losses under a flat prior.

The effects of several variants share one baseline, so they move together. Given where the true mean
of the baseline lies, z standard errors from the estimate, they are independent normal variables:

    effect_i | z ~ N(difference_i + shared_i * z, own deviation_i ** 2), effect of the baseline = 0

That is the product structure of correlations of Dunnett (1955). Two nested integrals by Gauss and
Legendre's rule, over z and over the highest effect x, give the chance that i is the highest and the
expected highest effect, to six decimals of the deviation. With a single variant both have a closed
form, and equal its chance to win and its expected losses.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod, sqrt

from results.statistics.effects import Effect
from results.statistics.engines import expected_gain
from results.statistics.quadrature import nodes
from results.statistics.special import normal_cdf, normal_pdf

# Beyond so many standard deviations less than 1e-13 of the probability lies.
_REACH = 7.5
_PIECES = (-_REACH, -3.0, 0.0, 3.0, _REACH)
# Around a quick change of places.
_STEP = (-5.0, 0.0, 5.0)
# A variant that does not vary at all, in parts of the largest deviation.
_SMALLEST_DEVIATION = 1e-6
# The chances add up to 1 unless the abscissas of the integral cannot be told apart.
_SMALLEST_TOTAL = 0.9


@dataclass(frozen=True, slots=True)
class Standing:
    """A variant among all: how probably it is the best, and what choosing it costs on average.

    The loss is in the unit of the effects: the expected distance to the best variant.
    """

    chance_to_be_best: float
    expected_loss: float


@dataclass(frozen=True, slots=True)
class _Variant:
    difference: float
    shared: float
    own: float


def standings(
    effects: Mapping[str, Effect], *, baseline: str, is_lower_better: bool = False
) -> dict[str, Standing]:
    """Return where the baseline and every variant stand; the chances add up to 1.

    `effects` are those of the variants against the baseline, all of one metric and in one unit.
    """
    if not effects:
        return {}
    variants = _variants(list(effects.values()), -1 if is_lower_better else 1)
    chances, highest = _alone(variants[0]) if len(variants) == 1 else _integrated(variants)
    found = {baseline: Standing(chances[0], highest)}
    for key, chance, variant in zip(effects, chances[1:], variants, strict=True):
        found[key] = Standing(chance, max(highest - variant.difference, 0.0))
    return found


def _variants(effects: list[Effect], sign: int) -> list[_Variant]:
    smallest = _SMALLEST_DEVIATION * max(effect.deviation for effect in effects)
    return [
        _Variant(sign * e.difference, sign * e.shared, max(e.own_deviation, smallest))
        for e in effects
    ]


def _alone(variant: _Variant) -> tuple[list[float], float]:
    deviation = sqrt(variant.own**2 + variant.shared**2)
    chance = normal_cdf(variant.difference / deviation)
    return [1 - chance, chance], expected_gain(variant.difference, deviation)


def _integrated(variants: list[_Variant]) -> tuple[list[float], float]:
    """Return the chances, the baseline's first, and the expected highest effect."""
    chances, highest = [0.0] * (len(variants) + 1), 0.0
    for z, width in nodes(-_REACH, _REACH, (*_PIECES, *_crossings(variants))):
        weight = width * normal_pdf(z)
        given = [(v.difference + v.shared * z, v.own) for v in variants]
        found, level = _given_baseline(given)
        highest += weight * level
        for index, chance in enumerate(found):
            chances[index] += weight * chance
    total = sum(chances)
    if total < _SMALLEST_TOTAL:
        return _certain(variants)
    return [chance / total for chance in chances], highest


def _certain(variants: list[_Variant]) -> tuple[list[float], float]:
    """Return the outcome where deviations vanish beside the differences, in floating point."""
    differences = [0.0, *(variant.difference for variant in variants)]
    highest = max(differences)
    winner = differences.index(highest)
    return [float(index == winner) for index in range(len(differences))], highest


def _crossings(variants: list[_Variant]) -> Iterator[float]:
    """Yield around which z two variants change places quickly, so that no step is overlooked."""
    arms = [_Variant(0.0, 0.0, 0.0), *variants]
    for index, first in enumerate(arms):
        for second in arms[:index]:
            slope = first.shared - second.shared
            width = sqrt(first.own**2 + second.own**2)
            if width < abs(slope) / 2:
                place = (second.difference - first.difference) / slope
                yield from (place + piece * width / abs(slope) for piece in _STEP)


def _given_baseline(given: list[tuple[float, float]]) -> tuple[list[float], float]:
    """Return the chances and the expected highest effect, for independent means and deviations."""
    high = max(mean + _REACH * deviation for mean, deviation in given)
    if high <= 0:
        return [1.0] + [0.0] * len(given), 0.0
    # Below it some variant is certainly higher.
    low = max(0.0, *(mean - _REACH * deviation for mean, deviation in given))
    chances = [prod(normal_cdf(-mean / deviation) for mean, deviation in given)]
    chances += [0.0] * len(given)
    highest = low
    breakpoints = (mean + piece * deviation for mean, deviation in given for piece in _PIECES)
    for x, width in nodes(low, high, breakpoints):
        all_below = _add_densities(chances, given, x, width)
        highest += width * (1 - all_below)
    return chances, highest


def _add_densities(
    chances: list[float], given: list[tuple[float, float]], x: float, width: float
) -> float:
    """Add the chances that each variant is the highest at x; return that all are below it."""
    scaled = [(x - mean) / deviation for mean, deviation in given]
    below = [normal_cdf(z) for z in scaled]
    all_below = prod(below)
    for index, (z, (_mean, deviation)) in enumerate(zip(scaled, given, strict=True), 1):
        if abs(z) < _REACH:
            others = all_below / below[index - 1]
            chances[index] += width * normal_pdf(z) / deviation * others
    return all_below
