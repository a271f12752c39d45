"""What a verdict rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from results.statistics import Comparison, SampleRatio, StatsConfig

HOLDOUT = "holdout-"


class Goal(StrEnum):
    """Which direction of a metric is good."""

    INCREASE = "increase"
    DECREASE = "decrease"


class Status(StrEnum):
    """Where an experiment is in its life; a shipped one is stopped."""

    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric and how each variant compares with the baseline in it.

    `failures` are the codes of `validation_failures` by variant, the baseline's among them. With a
    `margin` the metric is a guardrail: a variant may be worse by less than the margin.
    """

    uuid: str
    name: str
    comparisons: Mapping[str, Comparison]
    goal: Goal = Goal.INCREASE
    failures: Mapping[str, Sequence[str]] = field(default_factory=dict)
    margin: float | None = None

    @property
    def is_lower_better(self) -> bool:
        return self.goal is Goal.DECREASE

    def judged(self, variant: str) -> Comparison:
        """Return the comparison of a variant, as far as it may be called better or worse."""
        return self.comparisons.get(variant, Comparison()).judged

    def failures_of(self, variant: str, baseline: str) -> list[str]:
        """Return why a variant has no statistics: its own failures and those of the baseline."""
        return [code for key in (variant, baseline) for code in self.failures.get(key, ())]


@dataclass(frozen=True, slots=True)
class Plan:
    """How many people and days were planned, for which smallest relative effect (0.08 is 8 %)."""

    people: int | None = None
    days: int | None = None
    effect: float | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """An experiment, its exposures and its results.

    `exposures` counts the people of each analysed variant, `multiple` those who saw several of
    them. `split` is the test of the sample ratio, `bias_percentage` what `bias_risk` returned.
    `days` are full days since the launch, until the end.
    """

    status: Status
    config: StatsConfig
    exposures: Mapping[str, int]
    primary: Sequence[Metric]
    secondary: Sequence[Metric] = ()
    plan: Plan = Plan()
    days: int = 0
    split: SampleRatio | None = None
    multiple: int = 0
    bias_percentage: float | None = None

    @property
    def people(self) -> int:
        """How many count towards the plan: not those who are held out."""
        return sum(n for key, n in self.exposures.items() if not key.startswith(HOLDOUT))

    @property
    def variants(self) -> list[str]:
        """The variants that could be shipped: neither the baseline nor people held out."""
        everybody = [*self.exposures, *(key for m in self.primary for key in m.comparisons)]
        return [
            key
            for key in dict.fromkeys(everybody)
            if key != self.config.baseline and not key.startswith(HOLDOUT)
        ]

    @property
    def is_sequential(self) -> bool:
        return self.config.tuning is not None

    @property
    def has_ended(self) -> bool:
        return self.status is Status.STOPPED

    @property
    def guardrails(self) -> list[Metric]:
        return [m for m in (*self.primary, *self.secondary) if m.margin is not None]
