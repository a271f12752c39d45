"""How a variant's result reads: better or worse by the metric's goal, likely so, or neither."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from results.statistics import Comparison, Correction, Method, StatsConfig, adjusted
from results.statistics.config import CONTROL
from results.verdict.facts import Metric


class Word(StrEnum):
    """A result in words."""

    BETTER = "Better"
    WORSE = "Worse"
    LIKELY_BETTER = "Likely better"
    LIKELY_WORSE = "Likely worse"
    NO_CLEAR_DIFFERENCE = "No clear difference"
    NOT_ENOUGH_DATA = "Not enough data"
    NOT_COMPUTABLE = "Not computable"


@dataclass(frozen=True, slots=True)
class Reading:
    """A metric of a variant in words, and the comparison that it reads."""

    metric: Metric
    variant: str
    word: Word
    comparison: Comparison

    @property
    def is_known(self) -> bool:
        return self.comparison.evidence is not None


def read_metric(
    metric: Metric, variant: str, *, baseline: str = CONTROL, is_corrected_away: bool = False
) -> Reading:
    """Return the reading of one comparison.

    It is better or worse when the interval leaves out 0, and likely so when it only counts as
    significant: the Bayesian engine's flag is one-sided. `is_corrected_away` tells that the
    difference does not outlast the correction for many comparisons.
    """
    comparison = metric.judged(variant)
    effect, evidence = comparison.effect, comparison.evidence
    if effect is None or evidence is None:
        word = (
            Word.NOT_ENOUGH_DATA if metric.failures_of(variant, baseline) else Word.NOT_COMPUTABLE
        )
        return Reading(metric, variant, word, comparison)
    low, high = evidence.interval
    is_clear = not low <= 0 <= high
    is_good = (effect.difference > 0) is not metric.is_lower_better
    if is_clear and not is_corrected_away:
        word = Word.BETTER if is_good else Word.WORSE
    elif is_clear or evidence.is_significant:
        word = Word.LIKELY_BETTER if is_good else Word.LIKELY_WORSE
    else:
        word = Word.NO_CLEAR_DIFFERENCE
    return Reading(metric, variant, word, comparison)


def read_metrics(
    metrics: Sequence[Metric], variants: Sequence[str], config: StatsConfig
) -> list[Reading]:
    """Return the readings of all comparisons, corrected together as the configuration says."""
    pairs = [(metric, variant) for metric in metrics for variant in variants]
    p_values = {
        (index, variant): evidence.two_sided_p_value
        for index, (metric, variant) in enumerate(pairs)
        if (evidence := metric.judged(variant).evidence)
    }
    limit = 1 - config.level if config.method is Method.BAYESIAN else config.alpha
    corrected = adjusted([p or 0.0 for p in p_values.values()], config.correction)
    lost = {key for key, p in zip(p_values, corrected, strict=True) if p >= limit}
    is_corrected = config.correction is not Correction.NONE
    return [
        read_metric(
            metric,
            variant,
            baseline=config.baseline,
            is_corrected_away=is_corrected and (index, variant) in lost,
        )
        for index, (metric, variant) in enumerate(pairs)
    ]
