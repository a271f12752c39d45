"""What results say beyond the hosted service's shape: estimates, standings, guardrails; pure."""

from results.numbers import finite
from results.outcomes import ArmOutcome, MetricOutcome, MetricSummary
from results.statistics import (
    MetricKind,
    Standing,
    StatsConfig,
    Sums,
    detectable_effect,
    guardrail,
    standings,
)
from results.statistics.effects import Effect
from results.statistics.errors import NotComputable
from results.verdict import HOLDOUT

Shape = dict[str, object]


def represent_estimates(summary: MetricSummary, outcome: MetricOutcome) -> Shape:
    """Return for each variant its mean, its difference from the baseline, and how it stands."""
    # Those who are held out are nobody's to choose.
    chosen = [arm for arm in outcome.variants if not arm.key.startswith(HOLDOUT)]
    effects = {arm.key: _effect_of(arm) for arm in chosen}
    known = {key: effect for key, effect in effects.items() if effect is not None}
    standing = standings(
        known, baseline=outcome.baseline.key, is_lower_better=summary.metric.is_lower_better
    )
    return {
        arm.key: _estimate(arm, outcome)
        | _standing(standing.get(arm.key))
        | _reach(_effect_of(arm), outcome.config, summary)
        for arm in (outcome.baseline, *outcome.variants)
    }


def _effect_of(arm: ArmOutcome) -> Effect | None:
    return arm.comparison.judged.effect if arm.comparison else None


def mean_of(sums: Sums, kind: MetricKind) -> float | None:
    """Return the value that a metric has in an arm; None where nobody counts."""
    divisor = sums.d if kind is MetricKind.RATIO else float(sums.n)
    return sums.x / divisor if divisor else None


def _estimate(arm: ArmOutcome, outcome: MetricOutcome) -> Shape:
    compared = arm.comparison.judged if arm.comparison else None
    effect = compared.effect if compared else None
    evidence = compared.evidence if compared else None
    return {
        "mean": finite(mean_of(arm.sums, outcome.kind)),
        "difference": finite(effect.difference) if effect else None,
        "interval": [finite(end) for end in evidence.interval] if evidence else None,
        "reason": compared.reason if compared else "",
    }


def _standing(standing: Standing | None) -> Shape:
    return {
        "chance_to_be_best": standing.chance_to_be_best if standing else None,
        "expected_loss": standing.expected_loss if standing else None,
    }


def _reach(effect: Effect | None, config: StatsConfig, summary: MetricSummary) -> Shape:
    found: Shape = {"detectable_effect": None, "guardrail": None}
    if effect is None:
        return found
    try:
        found["detectable_effect"] = finite(detectable_effect(effect, config))
        if summary.margin is not None:
            is_lower_better = summary.metric.is_lower_better
            read = guardrail(effect, summary.margin, config, is_lower_better=is_lower_better)
            found["guardrail"] = {
                "state": read.state.value,
                "margin": read.margin,
                "p_value": finite(read.p_value),
                "chance": finite(read.chance),
            }
    except NotComputable:
        # A level that leaves no interval.
        return found
    return found
