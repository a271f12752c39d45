"""What computing gave, before it has a shape on the wire."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

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


@dataclass(frozen=True, slots=True)
class ExperimentMetric:
    """A metric of an experiment: its document, its list, and the saved metric it comes from.

    `fingerprint` is the one that the experiment shows at it.
    """

    document: dict[str, object]
    section: str
    saved_metric_id: int | None = None
    fingerprint: str = ""

    @property
    def uuid(self) -> str | None:
        """The identity of the metric in the experiment."""
        found = self.document.get("uuid")
        return found if isinstance(found, str) else None

    @property
    def is_lower_better(self) -> bool:
        """Whether the metric should fall."""
        return self.document.get("goal") == "decrease"


@dataclass(frozen=True, slots=True)
class MetricSummary:
    """A metric with its outcome, or why there is none.

    With a `margin` it is a guardrail: a variant may be worse by less than that.
    """

    metric: ExperimentMetric
    margin: float | None = None
    outcome: MetricOutcome | None = None
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """The outcomes of an experiment at a moment; `end` is None while it runs."""

    now: datetime
    config: StatsConfig
    start: datetime
    end: datetime | None
    zone: tzinfo
    exposures: ExposureOutcome
    metrics: Sequence[MetricSummary]
