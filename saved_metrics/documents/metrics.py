"""The four types of metric: mean, funnel, ratio and retention."""

from typing import Annotated, Literal

from pydantic import Field

from saved_metrics.documents.base import Document, QueryNode, RowId
from saved_metrics.documents.nodes import RetentionStart, Source
from saved_metrics.documents.properties import BreakdownFilter

WindowUnit = Literal["second", "minute", "hour", "day", "week", "month"]
FunnelOrder = Literal["ordered", "unordered", "strict"]
Attribution = Literal["first_touch", "last_touch", "all_events", "step"]
Percentile = Annotated[float, Field(ge=0, le=1)]


class OutlierHandling(Document):
    """The percentiles beyond which values are clipped."""

    lower_bound_percentile: Percentile | None = None
    upper_bound_percentile: Percentile | None = None
    ignore_zeros: bool | None = None


class MetricFields(QueryNode):
    """What every metric may carry besides its sources."""

    kind: Literal["ExperimentMetric"]
    uuid: str | None = None
    fingerprint: str | None = None
    name: str | None = None
    goal: Literal["increase", "decrease"] | None = None
    conversion_window: int | None = None
    conversion_window_unit: WindowUnit | None = None
    breakdownFilter: BreakdownFilter | None = None
    isSharedMetric: bool | None = None
    sharedMetricId: RowId | None = None


class MeanMetric(MetricFields, OutlierHandling):
    """A value per user, averaged."""

    metric_type: Literal["mean"]
    source: Source
    threshold: float | None = None


class FunnelMetric(MetricFields):
    """The share of users who complete every step after exposure."""

    metric_type: Literal["funnel"]
    series: list[Source]
    funnel_order_type: FunnelOrder | None = None
    breakdownAttributionType: Attribution | None = None
    breakdownAttributionValue: int | None = None


class RatioMetric(MetricFields):
    """One total divided by another."""

    metric_type: Literal["ratio"]
    numerator: Source
    denominator: Source
    numerator_outlier_handling: OutlierHandling | None = None
    denominator_outlier_handling: OutlierHandling | None = None


class RetentionMetric(MetricFields):
    """The share of users who come back within a window."""

    metric_type: Literal["retention"]
    start_event: RetentionStart
    completion_event: Source
    retention_window_start: int
    retention_window_end: int
    retention_window_unit: WindowUnit
    start_handling: Literal["first_seen", "last_seen"]


METRICS: dict[str, type[Document]] = {
    "mean": MeanMetric,
    "funnel": FunnelMetric,
    "ratio": RatioMetric,
    "retention": RetentionMetric,
}
