"""Which variants may be shipped, and which of them is the best."""

from dataclasses import dataclass

from results.statistics import GuardrailState, Standing, standings
from results.verdict.case import Case
from results.verdict.outcome import Reason
from results.verdict.readings import Reading, Word
from results.verdict.wording import size


@dataclass(frozen=True, slots=True)
class Candidate:
    """A variant that is better on a metric, and where it stands among all variants there."""

    reading: Reading
    standing: Standing


def best_candidate(case: Case) -> Candidate | None:
    """Return the best variant that is better on a primary metric and harms none; None without one.

    The metric is the first on which one of them is better; they are ranked by their chance to be
    best there.
    """
    harmful = {harm.variant for harm in case.harms}
    better = [r for r in case.readings if r.word is Word.BETTER and r.variant not in harmful]
    if not better:
        return None
    metric = better[0].metric
    effects = {
        r.variant: r.comparison.effect
        for r in case.readings
        if r.metric is metric and r.comparison.effect
    }
    baseline = case.facts.config.baseline
    ranked = standings(effects, baseline=baseline, is_lower_better=metric.is_lower_better)
    found = [Candidate(r, ranked[r.variant]) for r in better if r.metric is metric]
    return max(found, key=lambda candidate: candidate.standing.chance_to_be_best)


def open_guardrails(case: Case, variant: str) -> list[Reason]:
    """Return what is not known yet to be at most a margin worse."""
    return [
        Reason(
            "guardrail-open",
            f"{metric.name} of {variant} may still be worse by more than "
            f"{size(metric.margin or 0, case.facts.config)}.",
            metric.uuid,
            variant,
        )
        for metric in case.facts.guardrails
        if case.state(metric, variant) is GuardrailState.OPEN
    ]
