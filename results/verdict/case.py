"""An experiment as the rules see it: readings, harms, guardrails and how far the plan is."""

from dataclasses import dataclass
from math import ceil

from results.statistics import (
    GuardrailState,
    NotComputable,
    detectable_effect,
    guardrail,
    units_needed,
)
from results.statistics.config import Difference
from results.verdict.facts import Facts, Metric
from results.verdict.readings import Reading, Word, read_metric, read_metrics

MIN_DAYS = 7


@dataclass(frozen=True, slots=True)
class Harm:
    """A variant that is worse on a primary metric, or broke a guardrail."""

    reading: Reading

    @property
    def variant(self) -> str:
        return self.reading.variant

    @property
    def metric(self) -> Metric:
        return self.reading.metric


@dataclass(frozen=True, slots=True)
class Case:
    """Facts with the readings of the primary metrics."""

    facts: Facts
    readings: list[Reading]

    @property
    def is_any_known(self) -> bool:
        return any(reading.is_known for reading in self.readings)

    @property
    def has_plan(self) -> bool:
        return self.facts.plan.people is not None or self.facts.plan.days is not None

    @property
    def has_planned_sample(self) -> bool:
        """Whether the planned people have come; the planned days, if only they are known."""
        plan = self.facts.plan
        if plan.people is not None:
            return self.facts.people >= plan.people
        return plan.days is not None and self.facts.days >= plan.days

    @property
    def may_be_read(self) -> bool:
        """Whether a result counts: at any time of a sequential test, else at the planned sample."""
        is_complete = self.has_planned_sample and self.facts.days >= MIN_DAYS
        return self.facts.is_sequential or self.facts.has_ended or is_complete

    @property
    def was_stopped_early(self) -> bool:
        is_short = self.facts.days < MIN_DAYS or (self.has_plan and not self.has_planned_sample)
        return self.facts.has_ended and not self.facts.is_sequential and is_short

    @property
    def days_planned(self) -> int | None:
        """Return the planned days, at least a week; None when more time than planned has passed."""
        whole = self.facts.plan.days if self.has_plan else MIN_DAYS
        whole = MIN_DAYS if self.has_planned_sample else max(whole or 0, MIN_DAYS)
        return whole if self.facts.days < whole else None

    @property
    def days_left(self) -> int:
        """Return how many days are missing, by the plan or by the people that come each day."""
        facts, whole = self.facts, self.days_planned
        if whole:
            return whole - facts.days
        if facts.plan.people is None or not facts.people or not facts.days:
            return 0
        return max(ceil((facts.plan.people - facts.people) * facts.days / facts.people), 0)

    @property
    def harms(self) -> list[Harm]:
        worse = [r for r in self.readings if r.word is Word.WORSE and not self.is_tolerated(r)]
        harmed = {(id(r.metric), r.variant) for r in worse}
        broken = [
            read_metric(metric, variant)
            for metric in self.facts.guardrails
            for variant in self.facts.variants
            if self.state(metric, variant) is GuardrailState.BROKEN
            and (id(metric), variant) not in harmed
        ]
        return [Harm(reading) for reading in (*worse, *broken)]

    def is_tolerated(self, reading: Reading) -> bool:
        """Tell whether a worse result lies within the margin of its guardrail."""
        return self.state(reading.metric, reading.variant) is GuardrailState.HELD

    def state(self, metric: Metric, variant: str) -> GuardrailState:
        """Return the state of a guardrail; open where it cannot be known."""
        effect, config = metric.judged(variant).effect, self.facts.config
        if effect is None or metric.margin is None:
            return GuardrailState.OPEN
        is_lower_better = metric.is_lower_better
        try:
            return guardrail(effect, metric.margin, config, is_lower_better=is_lower_better).state
        except NotComputable:
            return GuardrailState.OPEN

    @property
    def smallest_effect(self) -> float | None:
        """Return the effect that was planned for, or the smallest that this sample detects."""
        plan, config = self.facts.plan, self.facts.config
        if plan.effect and self.has_planned_sample and config.difference is Difference.RELATIVE:
            return plan.effect
        found = [r.comparison.effect for r in self.readings if r.comparison.effect]
        try:
            return max(detectable_effect(effect, config) for effect in found) if found else None
        except NotComputable:
            return None

    @property
    def people_needed(self) -> int | None:
        """Return how many people the planned effect takes, as the first metric varies so far."""
        facts = self.facts
        if not facts.plan.effect or facts.config.difference is not Difference.RELATIVE:
            return None
        first = [r for r in self.readings if r.metric is facts.primary[0]]
        effects = [r.comparison.effect for r in first if r.comparison.effect]
        try:
            parts = [
                needed / effect.units
                for effect in effects
                if (needed := units_needed(effect, facts.plan.effect, facts.config))
            ]
        except NotComputable:
            return None
        return ceil(max(parts) * facts.people) if parts else None

    @property
    def is_effect_excluded(self) -> bool:
        """Whether every interval lies within the smallest effect that was worth finding."""
        limit = self.facts.plan.effect
        if not limit or self.facts.config.difference is not Difference.RELATIVE:
            return False
        evidence = [r.comparison.evidence for r in self.readings]
        return all(e and max(abs(e.interval[0]), abs(e.interval[1])) < limit for e in evidence)


def case_of(facts: Facts) -> Case:
    """Return the facts with their readings."""
    return Case(facts, read_metrics(facts.primary, facts.variants, facts.config))
