"""The four types of metric: mean, funnel, ratio and retention."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from saved_metrics.documents.base import Document, QueryNode, RowId
from saved_metrics.documents.nodes import RetentionStart, Source
from saved_metrics.documents.properties import BreakdownFilter

WindowUnit = Literal["second", "minute", "hour", "day", "week", "month"]
FunnelOrder = Literal["ordered", "unordered", "strict"]
Attribution = Literal["first_touch", "last_touch", "all_events", "step"]
Percentile = Annotated[float, Field(ge=0, le=1)]
# Wire quirk: windows-make-sense, see docs/quirks.md. In its unit; 0 means none.
Window = Annotated[int, Field(ge=0)]
SECONDS: dict[WindowUnit, int] = {
    "second": 1,
    "minute": 60,
    "hour": 3600,
    "day": 86_400,
    "week": 7 * 86_400,
    "month": 30 * 86_400,
}
MAX_WINDOW_SECONDS = 100 * 365 * SECONDS["day"]


def _check_length(window: int | None, unit: WindowUnit | None) -> None:
    if (window or 0) * SECONDS[unit or "second"] > MAX_WINDOW_SECONDS:
        raise PydanticCustomError("window_too_long", "A window is at most 100 years long")


class OutlierHandling(Document):
    """The percentiles beyond which values are clipped."""

    lower_bound_percentile: Percentile | None = None
    upper_bound_percentile: Percentile | None = None
    ignore_zeros: bool | None = None

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        lower, upper = self.lower_bound_percentile, self.upper_bound_percentile
        if lower is not None and upper is not None and lower > upper:
            raise PydanticCustomError(
                "percentiles_out_of_order",
                "lower_bound_percentile must not be above upper_bound_percentile",
            )
        return self


class MetricFields(QueryNode):
    """What every metric may carry besides its sources."""

    kind: Literal["ExperimentMetric"]
    uuid: str | None = None
    fingerprint: str | None = None
    name: str | None = None
    goal: Literal["increase", "decrease"] | None = None
    conversion_window: Window | None = None
    conversion_window_unit: WindowUnit | None = None
    breakdownFilter: BreakdownFilter | None = None
    isSharedMetric: bool | None = None
    sharedMetricId: RowId | None = None

    @model_validator(mode="after")
    def _check_window(self) -> Self:
        _check_length(self.conversion_window, self.conversion_window_unit)
        return self


class MeanMetric(MetricFields, OutlierHandling):
    """A value per user, averaged."""

    metric_type: Literal["mean"]
    source: Source
    threshold: Annotated[float, Field(gt=0)] | None = None


class FunnelMetric(MetricFields):
    """The share of users who complete every step after exposure."""

    metric_type: Literal["funnel"]
    series: list[Source]
    funnel_order_type: FunnelOrder | None = None
    breakdownAttributionType: Attribution | None = None
    breakdownAttributionValue: Annotated[int, Field(ge=0)] | None = None


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
    retention_window_start: Window
    retention_window_end: Window
    retention_window_unit: WindowUnit
    start_handling: Literal["first_seen", "last_seen"]

    @model_validator(mode="after")
    def _check_retention_window(self) -> Self:
        if self.retention_window_start > self.retention_window_end:
            raise PydanticCustomError(
                "window_out_of_order",
                "retention_window_start must not be after retention_window_end",
            )
        _check_length(self.retention_window_end, self.retention_window_unit)
        return self


METRICS: dict[str, type[Document]] = {
    "mean": MeanMetric,
    "funnel": FunnelMetric,
    "ratio": RatioMetric,
    "retention": RetentionMetric,
}
