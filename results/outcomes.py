"""What computing gave, before it has a shape on the wire."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from results.statistics import Comparison, MetricKind, SampleRatio, StatsConfig, Sums


@dataclass(frozen=True, slots=True)
class ArmOutcome:
    """The sums of a variant and what they lack; but for the baseline, the comparison with it."""

    key: str
    sums: Sums
    failures: Sequence[str] = ()
    comparison: Comparison | None = None


@dataclass(frozen=True, slots=True)
class MetricOutcome:
    """A metric's baseline and variants; by breakdown, those of each combination of values."""

    kind: MetricKind
    config: StatsConfig
    baseline: ArmOutcome
    variants: Sequence[ArmOutcome]
    breakdowns: Sequence["BreakdownOutcome"] | None = None


@dataclass(frozen=True, slots=True)
class BreakdownOutcome:
    """The results of those whose first exposure had these values."""

    values: tuple[str, ...]
    baseline: ArmOutcome
    variants: Sequence[ArmOutcome]


@dataclass(frozen=True, slots=True)
class ExposureOutcome:
    """How many were exposed on each day, by variant in order; `days` are ISO dates."""

    days: Sequence[str]
    new: Mapping[str, Sequence[int]]
    ratio: SampleRatio | None
    # The share of people who saw several variants, where it may bias the results.
    multiple_percentage: float | None = None
    totals: Mapping[str, int] = field(default_factory=dict)
