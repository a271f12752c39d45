"""Comparing a variant with the baseline: gates first, then the engine that is configured."""

from dataclasses import dataclass
from enum import StrEnum

from results.statistics.arms import Arm, adjusted_arms, proportion_arm, ratio_arm, sample_arm
from results.statistics.config import Difference, Method, StatsConfig
from results.statistics.effects import Effect, effect_of
from results.statistics.engines import (
    MIN_UNITS,
    Evidence,
    bayesian,
    check_level,
    fixed_horizon,
    sequential,
)
from results.statistics.errors import NotComputable
from results.statistics.sums import Sums

MIN_EXPOSURES, MIN_CONVERSIONS = 50, 5
_LARGEST_SUM, _LARGEST_SQUARES = 1e15, 1e30
_NEEDS_POSITIVE_BASELINE = (
    "A relative difference needs a baseline above zero. Set difference_type to ABSOLUTE."
)


class MetricKind(StrEnum):
    """How the value of a unit comes about, and so what its variance is."""

    MEAN = "mean"
    FUNNEL = "funnel"
    RATIO = "ratio"
    RETENTION = "retention"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What comparing a variant with the baseline gave; without evidence the reason is told."""

    effect: Effect | None = None
    evidence: Evidence | None = None
    reason: str = ""

    @property
    def judged(self) -> "Comparison":
        """What may be called better or worse: nothing whose sign is turned round."""
        is_reversed = self.effect is not None and self.effect.is_reversed
        return Comparison(reason=_NEEDS_POSITIVE_BASELINE) if is_reversed else self


def validation_failures(sums: Sums, kind: MetricKind, *, is_baseline: bool = False) -> list[str]:
    """Return the codes of what is missing for statistics, in the order of the wire."""
    failures = []
    if sums.n < MIN_EXPOSURES:
        failures.append("not-enough-exposures")
    if kind in (MetricKind.FUNNEL, MetricKind.RETENTION) and sums.x < MIN_CONVERSIONS:
        failures.append("not-enough-metric-data")
    if is_baseline and sums.x == 0:
        failures.append("baseline-mean-is-zero")
    return failures


def compare(baseline: Sums, variant: Sums, kind: MetricKind, config: StatsConfig) -> Comparison:
    """Return the comparison of two arms; it never raises for what data may hold.

    The gates of `validation_failures` are the caller's: here even small arms are compared.
    """
    try:
        control, test = _arms(baseline, variant, kind, config)
        _check_relative(control, config)
        effect = effect_of(
            control,
            test,
            config.difference,
            is_adjusted_mean_kept=config.has_hosted_cuped_intervals,
        )
        return Comparison(effect, evidence_of(effect, config))
    except NotComputable as reason:
        return Comparison(reason=str(reason))
    except (OverflowError, ZeroDivisionError):
        return Comparison(reason="The numbers are too large, or too small, to be compared.")


def evidence_of(effect: Effect, config: StatsConfig) -> Evidence:
    """Return what the configured engine makes of an effect.

    :raises NotComputable: when the level leaves no interval.
    """
    if config.method is Method.BAYESIAN:
        return bayesian(effect, level=config.level)
    if config.tuning is None:
        return fixed_horizon(effect, alpha=config.alpha)
    return sequential(effect, alpha=config.alpha, tuning=config.tuning)


def check_config(config: StatsConfig) -> None:
    """Check that variants can be compared as it is configured, whatever the data.

    :raises NotComputable: when the level leaves no interval.
    """
    check_level(config.level if config.method is Method.BAYESIAN else config.alpha)


def _arms(baseline: Sums, variant: Sums, kind: MetricKind, config: StatsConfig) -> tuple[Arm, Arm]:
    is_adjusted = config.cuped.enabled and baseline.c is not None and variant.c is not None
    if config.method is Method.BAYESIAN:
        _check_for_bayes(baseline, variant, kind, is_adjusted=is_adjusted)
    else:
        _check_for_test(baseline, variant)
    if is_adjusted:
        return adjusted_arms(baseline, variant, is_proportion=kind is MetricKind.FUNNEL)
    arm = _ARMS[kind]
    return arm(baseline), arm(variant)


def _check_relative(control: Arm, config: StatsConfig) -> None:
    is_asked = config.method is Method.BAYESIAN and config.difference is Difference.RELATIVE
    if is_asked and control.reference_mean <= 0:
        raise NotComputable(_NEEDS_POSITIVE_BASELINE)


_ARMS = {
    MetricKind.MEAN: sample_arm,
    MetricKind.FUNNEL: proportion_arm,
    MetricKind.RATIO: ratio_arm,
    MetricKind.RETENTION: ratio_arm,
}


def _check_for_test(*arms: Sums) -> None:
    if any(sums.n < MIN_UNITS for sums in arms):
        raise NotComputable(f"Every variant needs {MIN_UNITS} units.")


def _check_for_bayes(baseline: Sums, variant: Sums, kind: MetricKind, *, is_adjusted: bool) -> None:
    for sums in (baseline, variant):
        if abs(sums.x) > _LARGEST_SUM or sums.xx > _LARGEST_SQUARES:
            raise NotComputable("The sums are too large.")
        failures = sums.n - sums.x
        if kind is MetricKind.FUNNEL and not is_adjusted and min(sums.x, failures) < MIN_UNITS:
            raise NotComputable("Every variant needs 5 conversions and 5 that did not convert.")
