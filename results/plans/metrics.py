"""From a metric document to the plan of its query."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from events.facts import SourceDefinition
from results.plans.errors import UnsupportedMetric
from results.plans.sources import Document, Reading
from results.plans.values import ValuePlan, value_plan
from results.plans.windows import conversion_window, length_of, span
from results.queries import Aggregate, Outliers
from results.statistics import MetricKind
from saved_metrics.documents import (
    METRIC_KIND,
    METRIC_TYPES,
    MetricDocumentError,
    metric_values,
    node_kind,
)

MAX_STEPS, MAX_BREAKDOWNS = 30, 3


@dataclass(frozen=True, slots=True)
class MeanPlan:
    """A mean, or with a denominator a ratio."""

    value: ValuePlan
    denominator: ValuePlan | None = None
    threshold: float | None = None
    outliers: Outliers | None = None
    denominator_outliers: Outliers | None = None


@dataclass(frozen=True, slots=True)
class FunnelPlan:
    """The steps after the exposure."""

    steps: tuple[SourceDefinition, ...]
    is_ordered: bool


@dataclass(frozen=True, slots=True)
class RetentionPlan:
    """Starting and coming back; without a start the exposure is it. Spans are microseconds."""

    start: SourceDefinition | None
    completion: SourceDefinition
    since: int
    until: int
    truncated_to: int
    is_last_start: bool


Body = MeanPlan | FunnelPlan | RetentionPlan


@dataclass(frozen=True, slots=True)
class MetricPlan:
    """How a metric is computed; `window` is microseconds, 0 for none."""

    kind: MetricKind
    body: Body
    window: int
    # Properties of the first exposure by which results are split.
    breakdowns: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[SourceDefinition, ...]:
        """All sources that the metric reads."""
        return tuple(_sources(self.body))

    @property
    def can_be_adjusted(self) -> bool:
        """Whether a covariate from before the exposure makes sense."""
        if isinstance(self.body, FunnelPlan):
            return self.body.is_ordered
        return isinstance(self.body, MeanPlan) and (
            self.kind is MetricKind.MEAN
            and self.body.threshold is None
            and self.body.value.sessions is None
        )


def metric_plan(metric: Document, reading: Reading, *, is_interpolated: bool = True) -> MetricPlan:
    """Return the plan of a metric document.

    `is_interpolated` says how percentiles of outliers are found.

    :raises UnsupportedMetric: when it asks for something that results do not compute.
    """
    kind = metric.get("metric_type")
    if metric.get("kind") not in (None, METRIC_KIND) or kind not in METRIC_TYPES:
        raise UnsupportedMetric(
            "Only metrics of the kind ExperimentMetric can be computed; legacy ones cannot."
        )
    try:
        metric = metric_values(document=dict(metric))
    except MetricDocumentError as reason:
        raise UnsupportedMetric(str(reason)) from None
    body = _READERS[kind](metric, reading, is_interpolated)
    window = conversion_window(metric)
    return MetricPlan(MetricKind(str(kind)), body, window, _breakdowns(metric))


def _mean(metric: Document, reading: Reading, is_interpolated: bool) -> MeanPlan:
    value = value_plan(_node(metric, "source"), reading)
    threshold = metric.get("threshold")
    is_number = isinstance(threshold, int | float) and not isinstance(threshold, bool)
    # Only counts and sums reach one.
    has_threshold = is_number and value.aggregate in (Aggregate.COUNT, Aggregate.SUM)
    return MeanPlan(
        value,
        threshold=float(threshold) if has_threshold else None,  # type: ignore[arg-type]
        outliers=_outliers(metric, is_interpolated),
    )


def _ratio(metric: Document, reading: Reading, is_interpolated: bool) -> MeanPlan:
    value = value_plan(_node(metric, "numerator"), reading)
    denominator = value_plan(_node(metric, "denominator"), reading)
    if value.sessions or denominator.sessions:
        raise UnsupportedMetric("A ratio of properties of sessions cannot be computed.")
    return MeanPlan(
        value,
        denominator,
        outliers=_outliers(metric.get("numerator_outlier_handling"), is_interpolated),
        denominator_outliers=_outliers(metric.get("denominator_outlier_handling"), is_interpolated),
    )


def _funnel(metric: Document, reading: Reading, _is_interpolated: bool) -> FunnelPlan:
    series = metric.get("series")
    nodes = (
        [each for each in series if isinstance(each, Mapping)] if isinstance(series, list) else []
    )
    if not 0 < len(nodes) <= MAX_STEPS:
        raise UnsupportedMetric(f"A funnel has between 1 and {MAX_STEPS} steps.")
    if metric.get("funnel_order_type") == "strict":
        raise UnsupportedMetric("Strict funnels cannot be computed; use ordered or unordered.")
    steps = tuple(reading.source(reading.matchers(node)) for node in nodes)
    return FunnelPlan(steps, is_ordered=metric.get("funnel_order_type") != "unordered")


def _retention(metric: Document, reading: Reading, _is_interpolated: bool) -> RetentionPlan:
    start, unit = _node(metric, "start_event"), metric.get("retention_window_unit")
    is_exposure = node_kind(start) == "ExperimentExposureNode"
    return RetentionPlan(
        start=None if is_exposure else reading.source(reading.matchers(start)),
        completion=reading.source(reading.matchers(_node(metric, "completion_event"))),
        since=span(metric.get("retention_window_start"), unit),
        until=span(metric.get("retention_window_end"), unit),
        truncated_to=length_of(unit) if unit in ("day", "hour") else 0,
        is_last_start=metric.get("start_handling") == "last_seen",
    )


_READERS: dict[object, Callable[[Document, Reading, bool], Body]] = {
    "mean": _mean,
    "ratio": _ratio,
    "funnel": _funnel,
    "retention": _retention,
}


def _node(metric: Document, name: str) -> Document:
    node = metric.get(name)
    if not isinstance(node, Mapping):
        raise UnsupportedMetric(f"The metric needs {name}.")
    return node


def _outliers(handling: object, is_interpolated: bool) -> Outliers | None:
    known = handling if isinstance(handling, Mapping) else {}
    lower, upper = known.get("lower_bound_percentile"), known.get("upper_bound_percentile")
    if lower is None and upper is None:
        return None
    return Outliers(
        None if lower is None else float(lower),
        None if upper is None else float(upper),
        is_zero_ignored=known.get("ignore_zeros") is True,
        is_interpolated=is_interpolated,
    )


def _breakdowns(metric: Document) -> tuple[str, ...]:
    filters = metric.get("breakdownFilter")
    known = filters if isinstance(filters, Mapping) else {}
    several = known.get("breakdowns")
    asked = [
        (each.get("type"), each.get("property"))
        for each in several or []
        if isinstance(each, Mapping)
    ]
    single = known.get("breakdown")
    names = single if isinstance(single, list) else [single]
    asked += [(known.get("breakdown_type"), name) for name in names if name is not None]
    if len(asked) > MAX_BREAKDOWNS:
        raise UnsupportedMetric(f"Results are split by at most {MAX_BREAKDOWNS} properties.")
    if any(kind not in (None, "event") for kind, _ in asked):
        raise UnsupportedMetric("Results can be split by properties of the exposure event only.")
    return tuple(str(name) for _, name in asked)


def _sources(body: Body) -> Iterator[SourceDefinition]:
    if isinstance(body, FunnelPlan):
        yield from body.steps
    elif isinstance(body, RetentionPlan):
        yield body.completion
        if body.start is not None:
            yield body.start
    else:
        for value in (body.value, body.denominator):
            if value is not None:
                yield value.source
                if value.sessions is not None:
                    yield value.sessions
